//! The current order: following it, leaving it, resuming it, and storing what guards it.

use core::{future::poll_fn, mem, task::Poll, time::Duration};
use std::rc::Rc;

use cr_core::{
    catalog::{Denomination, Network},
    checkout::{Checkout, Guards},
    money::FaceValue,
    order::{Order, OrderId, OrderState, Payee, SeenGoods, SignOfMoney, StateClass},
    tracking::{Health, Snapshot, Stake},
};
use leptos::prelude::*;

use super::{Followed, Load, Slot, Store};
use crate::app::{
    error_code::{OwnCode, Place},
    follow::{Follower, News},
    memory, picture_urls,
    sleep::sleep,
};

impl Store {
    /// Follows an order that is stored, or that the host page named.
    pub fn resume(self, id: OrderId) {
        if self.is_creating() {
            return;
        }
        self.start_over();
        self.resuming.try_set(Some(id.clone()));
        self.follow(id, None, SignOfMoney::None);
    }

    /// Reads the order now (when a countdown has ended, or on "check now"). An order that the server did not show is
    /// followed anew.
    pub fn check_now(self) {
        let Some(inner) = self.inner() else { return };
        let refused = inner.follower.borrow().as_ref().and_then(|followed| {
            let is_refused = followed.follower.as_ref().is_some_and(Follower::is_refused);
            is_refused.then(|| followed.id.clone())
        });
        if let Some(id) = refused {
            self.follow_again(id);
        }
        if let Some(follower) = inner.follower.borrow().as_ref().and_then(|followed| followed.follower.as_ref()) {
            follower.check_now();
        }
    }

    /// Returns the network of the current order, if the payment via lists it.
    pub fn order_network(self) -> Option<Network> {
        let (coin, network) = self.checkout.with(|checkout| {
            let order = checkout.order()?;
            let draft = checkout.draft();
            let coin = order.coin.clone().or_else(|| draft.map(|draft| draft.coin.clone()))?;
            let network = order.network.clone().or_else(|| draft.map(|draft| draft.network.clone()))?;
            Some((coin, network))
        })?;
        self.via.with(|via| match via {
            Load::Ready(via) => via.meant(&coin, &network).map(|(_, network)| network.clone()),
            Load::Idle | Load::Loading | Load::Failed(_) => None,
        })
    }

    /// Starts following an order, and leaves the one that was followed before. `money` is what this page knows of a sign
    /// of money besides that of the order itself; what was stored of the order is added.
    pub(super) fn follow(self, id: OrderId, known: Option<Order>, money: SignOfMoney) {
        let Some(inner) = self.inner() else { return };
        self.stop_following();
        let marks = memory::marks(&*inner.ports.storage, &id, inner.ports.clock.wall());
        let memory::Marks { paid, not_payable, asked, payee, agreed } = marks;
        // A snapshot that is known may be older than what another page has stored: that is only heard (below).
        let money = if paid && known.is_none() { SignOfMoney::Told } else { money };
        self.set_snapshot(Snapshot::beginning(known.clone(), money));
        let stake = self.stake(&id, asked);
        self.note_asked(&id);
        let guards = Guards {
            not_payable,
            payee: payee.as_deref().map(Payee::from_text),
            agreed: agreed.and_then(|agreed| agreed.parse().ok()),
        };
        // News may come before `Follower::start` returns; they are recognised by the id.
        inner.follower.replace(Some(Followed { id: id.clone(), follower: None, known: guards }));
        let ours = id.clone();
        let tell = Rc::new(move |news| self.hear(&ours, news));
        let follower = Follower::start(inner.ports.clone(), Rc::clone(&inner.streams), id.clone(), known, money, tell);
        follower.raise(stake);
        if let Some(followed) = inner.follower.borrow_mut().as_mut().filter(|followed| followed.id == id) {
            followed.follower = Some(follower);
        }
        self.note_seen();
        // An order that was made by an element that is gone may have been paid in another tab since.
        self.heed_stored();
    }

    /// Returns what is at stake in an order, by whether a wallet was `asked` to pay it, and whether it is stored here.
    fn stake(self, id: &OrderId, asked: bool) -> Stake {
        let Some(inner) = self.inner().filter(|_| !asked) else { return Stake::Sent };
        let kept = memory::orders(&*inner.ports.storage, &self.shop.proxy(), inner.ports.clock.wall());
        if kept.iter().any(|order| order.id == *id) { Stake::Made } else { Stake::Nothing }
    }

    /// Raises the stake in the current order, which a wallet was asked to pay.
    pub(super) fn raise_stake(self, id: &OrderId) {
        let Some(inner) = self.inner() else { return };
        let followed = inner.follower.borrow();
        let at_hand = followed.as_ref().filter(|followed| followed.id == *id);
        if let Some(follower) = at_hand.and_then(|followed| followed.follower.as_ref()) {
            follower.raise(Stake::Sent);
        }
    }

    /// Follows anew an order that the server did not show. The screen keeps the last health until the server answers.
    fn follow_again(self, id: OrderId) {
        let Some(Snapshot { health, money, .. }) = self.snapshot.try_get_untracked() else { return };
        let known = self.checkout.try_with_untracked(|checkout| checkout.order().cloned()).flatten();
        self.follow(id.clone(), known.filter(|order| order.id == id), money);
        self.snapshot.try_update(|snapshot| snapshot.health = health);
    }

    /// Leaves the current order.
    pub(super) fn leave_order(self) {
        self.give_up_wallet();
        self.stop_following();
        self.resuming.try_set(None);
    }

    fn stop_following(self) {
        let Some(inner) = self.inner() else { return };
        let last = inner.follower.take();
        drop(last);
        inner.seen.replace(None);
        inner.slots.clear(Slot::Look);
        self.set_snapshot(Snapshot::default());
    }

    /// Sets the snapshot of the current order, and wakes what waits for that. Returns the one before.
    pub(super) fn set_snapshot(self, now: Snapshot) -> Option<Snapshot> {
        let last = self.snapshot.try_update(|snapshot| mem::replace(snapshot, now));
        if let Some(waiting) = self.inner().and_then(|inner| inner.waiting.take()) {
            waiting.wake();
        }
        last
    }

    /// Takes what is known of the current order and would only be shown at the end of a frame.
    pub(super) fn take_waiting(self) {
        let Some(inner) = self.inner() else { return };
        if let Some(follower) = inner.follower.borrow().as_ref().and_then(|followed| followed.follower.as_ref()) {
            follower.report();
        }
    }

    /// Waits until the server has confirmed the current order in time, as `is_so` says of the time of the last
    /// confirmation, but no longer than `patience`. Returns whether it has.
    pub(super) async fn is_confirmed_within(self, patience: Duration, is_so: impl Fn(Duration) -> bool) -> bool {
        let Some(mut timer) = self.inner().map(|inner| sleep(&*inner.ports.clock, patience)) else { return false };
        poll_fn(move |context| {
            let Some(inner) = self.inner() else { return Poll::Ready(false) };
            if self.confirmed_at.try_get_untracked().flatten().is_some_and(&is_so) {
                return Poll::Ready(true);
            }
            inner.waiting.replace(Some(context.waker().clone()));
            timer.as_mut().poll(context).map(|()| false)
        })
        .await
    }

    fn hear(self, id: &OrderId, news: News) {
        let Some(inner) = self.inner() else { return };
        if inner.follower.borrow().as_ref().is_none_or(|followed| followed.id != *id) {
            return;
        }
        match news {
            News::Snapshot(now) => self.take_snapshot(now),
            News::Dispute(order) => self.transition(move |checkout| checkout.dispute(*order)),
            News::Date(date) => self.note_server_time(date),
        }
    }

    /// Takes all that the tracker knows now. Nothing is drawn, and no listener of the host page runs, before this returns.
    fn take_snapshot(self, now: Snapshot) {
        let (order, money, health) = (now.order.clone(), now.money, now.health);
        let Some(last) = self.set_snapshot(now) else { return };
        let is_news = order != last.order || money != last.money;
        if let Some(order) = order.filter(|_| is_news) {
            self.observe(Order::clone(&order), money);
        }
        // An order that is followed anew has kept its last health: the same one without other news is a new answer.
        if matches!(health, Health::NotFound | Health::Forbidden) && (health != last.health || !is_news) {
            let code = if health == Health::NotFound { OwnCode::NotFound } else { OwnCode::Forbidden };
            self.shop.emit_own(code, Place::Track);
        }
    }

    /// Takes what other pages of this browser have stored of the current order. All of it only ever takes something
    /// away from what may be paid.
    pub(super) fn heed_stored(self) {
        self.heed_other_tabs();
        let Some(inner) = self.inner() else { return };
        let Some(id) = inner.follower.borrow().as_ref().map(|followed| followed.id.clone()) else { return };
        let (storage, now) = (&*inner.ports.storage, inner.ports.clock.wall());
        let memory::Marks { paid, payee, .. } = memory::marks(storage, &id, now);
        let not_payable = memory::never_payable(storage, &id, now);
        let known = Guards { not_payable, payee: payee.as_deref().map(Payee::from_text), agreed: None };
        // The first snapshot of an order that is being opened is judged by all that is known when it comes.
        if let Some(followed) = inner.follower.borrow_mut().as_mut() {
            followed.known.not_payable = known.not_payable.or(followed.known.not_payable);
            followed.known.payee = known.payee.clone().or(followed.known.payee.take());
        }
        let heeded = self.checkout.try_with_untracked(|checkout| {
            let heeded = checkout.order().filter(|order| order.id == id).map(|_| checkout.clone().heed(known));
            heeded.filter(|heeded| heeded != checkout)
        });
        // Where nothing changes, nothing is stored either: two pages would answer each other without end.
        if let Some(heeded) = heeded.flatten() {
            self.transition(move |_| heeded);
        }
        if paid && self.money_seen.try_get_untracked() == Some(false) {
            let followed = inner.follower.borrow();
            if let Some(follower) = followed.as_ref().and_then(|followed| followed.follower.as_ref()) {
                follower.learn_of_money();
            }
        }
    }

    /// Takes the order that is followed, as the tracker accepted it last.
    fn observe(self, mut order: Order, money: SignOfMoney) {
        let Some(inner) = self.inner() else { return };
        self.note_past(&order);
        picture_urls::place_order(&mut order, &self.shop.proxy());
        self.place_units(&mut order);
        self.place_payee(&mut order);
        self.place_replaced(&mut order);
        let now = inner.ports.clock.wall();
        if self.resuming.try_get_untracked().flatten().is_some() {
            self.resuming.try_set(None);
            memory::keep(&*inner.ports.storage, &self.shop.proxy(), &order.id, now);
        }
        if order.is_final() {
            memory::wind_up(&*inner.ports.storage, &order.id, now);
        } else {
            memory::reopen(&*inner.ports.storage, &order.id, now);
        }
        self.note_seen();
        let is_at_hand = self
            .checkout
            .try_with_untracked(|checkout| checkout.order().is_some_and(|at_hand| at_hand.id == order.id))
            .unwrap_or(false);
        if is_at_hand {
            self.transition(move |checkout| checkout.observe(order, money));
        } else if !self.is_unanswered() {
            let known = inner.follower.borrow().as_ref().map(|followed| followed.known.clone()).unwrap_or_default();
            let known = Guards { payee: order.known_payee.clone().or(known.payee), ..known };
            self.transition(move |_| Checkout::resume(order, money, known));
        }
    }

    /// Sets the payee that another page of this browser has stored, as long as something may be paid.
    fn place_payee(self, order: &mut Order) {
        let may_be_paid = order.state.class() == StateClass::Unpaid || order.state == OrderState::PartialPaymentStarted;
        if let Some(inner) = self.inner().filter(|_| may_be_paid) {
            let marks = memory::marks(&*inner.ports.storage, &order.id, inner.ports.clock.wall());
            order.known_payee = marks.payee.as_deref().map(Payee::from_text);
        }
    }

    /// Returns what this browser has seen of the codes of an order, before a reload or in another tab; `None` for an
    /// order that is not stored.
    fn seen_goods(self, id: &OrderId) -> Option<SeenGoods> {
        let inner = self.inner()?;
        let text = memory::noted(&*inner.ports.storage, id, memory::GOODS, inner.ports.clock.wall())?;
        SeenGoods::from_text(&text)
    }

    /// Marks each code that stands in place of another one that this browser has seen as replaced.
    fn place_replaced(self, order: &mut Order) {
        if let Some(seen) = self.seen_goods(&order.id).filter(|_| order.carries_goods()) {
            seen.tell(order);
        }
    }

    /// Stores the text by which the codes of the current order are recognised.
    pub(super) fn remember_goods(self) {
        let Some(inner) = self.inner() else { return };
        let random = || inner.ports.random.next_u32();
        let remember = |order: &Order| {
            let known = self.seen_goods(&order.id);
            let before = known.as_ref().map(SeenGoods::to_text);
            let seen = known.unwrap_or_else(|| SeenGoods::new(&format!("{:08x}{:08x}", random(), random())));
            let now = seen.with(order).to_text();
            if before.as_ref() != Some(&now) {
                memory::note(&*inner.ports.storage, &order.id, memory::GOODS, Some(&now), inner.ports.clock.wall());
            }
        };
        self.checkout.try_with_untracked(|checkout| {
            if let Some(order) = checkout.order().filter(|order| order.carries_goods()) {
                remember(order);
            }
        });
    }

    /// Stores the guards of the current order, so that they still hold after it was left. An order that has ended keeps
    /// the reason that was stored why it is not payable.
    pub(super) fn remember_guards(self) {
        let Some(inner) = self.inner() else { return };
        let paid = self.money_seen.try_get_untracked().unwrap_or(false);
        let guards = self.checkout.try_with_untracked(|checkout| {
            let id = checkout.order()?.id.clone();
            let is_over = matches!(checkout, Checkout::Finished { .. });
            let Guards { not_payable, payee, agreed } = checkout.guards();
            let (payee, agreed) = (payee.map(|payee| payee.to_text()), agreed.map(|agreed| agreed.as_str().to_owned()));
            let is_half = checkout.is_implausible();
            Some((id, is_over, is_half, memory::Marks { paid, not_payable, payee, agreed, ..memory::Marks::default() }))
        });
        let Some((id, is_over, is_half, mut marks)) = guards.flatten() else { return };
        let (storage, now) = (&*inner.ports.storage, inner.ports.clock.wall());
        if is_over {
            marks.not_payable = memory::marks(storage, &id, now).not_payable;
        }
        memory::mark(storage, &id, &marks, now);
        if is_half {
            memory::mark_never_payable(storage, &id, now);
        }
    }

    /// Returns the face value of the chosen denomination, if it is a fixed one.
    pub(super) fn face_of_choice(self) -> Option<FaceValue> {
        self.checkout.try_with_untracked(|checkout| match &checkout.making()?.choice.denomination {
            Denomination::Fixed { face, .. } => face.clone(),
            Denomination::Range { .. } => None,
        })?
    }
}
