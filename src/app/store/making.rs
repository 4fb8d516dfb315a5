//! An order while it is being made. The request goes on when its element is removed from the page: whether an order
//! exists must not depend on whether an element shows it. The outcome goes to the next element that is mounted with the
//! same proxy and the same credentials, if that is soon; else the order is stored, and offered like one of an earlier
//! visit.
//!
//! Body and idempotency key are held together and are sent only from here, so that no key is ever used with another
//! body.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};
use std::rc::{Rc, Weak};

use cr_core::{
    backoff::Backoff,
    checkout::{Checkout, Created, Guards},
    order::{Order, OrderId},
    time::Timestamp,
    wire::{self, AnsweredBy, Verdict},
};
use leptos::prelude::*;

use super::{Recipient, Store};
use crate::app::{
    memory,
    ports::{Answer, Api, Clock, Elsewhere, Guard, NoAnswer, Others, Random, Storage},
    shop,
    sleep::sleep,
    task::Task,
};

/// How long to wait for another element that takes over a create.
const WAIT: Duration = Duration::from_secs(30);
/// The wait before a create is repeated with the same key, when the first got no answer.
const REPEAT: Backoff =
    Backoff { floor: Duration::from_millis(800), first: Duration::from_secs(2), cap: Duration::from_secs(2) };

thread_local! {
    /// The creates of this page that are not settled, in the order in which they were begun.
    static MAKING: RefCell<Vec<Rc<Making>>> = const { RefCell::new(Vec::new()) };
}

/// The outcome of a create.
pub(super) struct Outcome {
    pub(super) created: Created,
    /// The time by the server's clock, from the `Date` of the answer.
    pub(super) date: Option<Timestamp>,
}

/// One create: its key, its body, and the element that shows it.
pub(super) struct Making {
    proxy: String,
    include_credentials: bool,
    key: String,
    body: String,
    api: Rc<dyn Api>,
    clock: Rc<dyn Clock>,
    random: Rc<dyn Random>,
    storage: Rc<dyn Storage>,
    others: Option<Rc<dyn Others>>,
    recipient: Option<Recipient>,
    keeps_keys: Cell<bool>,
    /// [`Checkout::Creating`], or [`Checkout::CreateUnknown`] once the answer is lost.
    checkout: RefCell<Checkout>,
    /// The store of the element that shows the create.
    store: Cell<Option<Store>>,
    work: RefCell<Option<Task>>,
    is_asking: Cell<bool>,
    /// The outcome that no element has shown yet.
    outcome: RefCell<Option<Outcome>>,
    /// The timer that runs while another element is waited for.
    waiting: RefCell<Option<Box<dyn Guard>>>,
}

/// An element's part in a create. When it is dropped with its element, the create goes on without an element.
pub(super) struct Hold(Rc<Making>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Hold {
    /// Begins a create for an element; nothing is sent before [`Hold::send`].
    pub(super) fn begin(store: Store, checkout: Checkout, key: String, body: String) -> Option<Self> {
        let inner = store.inner()?;
        let making = Rc::new(Making {
            proxy: store.shop.proxy(),
            include_credentials: store.config.try_with_untracked(|config| config.include_credentials)?,
            key,
            body,
            api: inner.ports.api.clone(),
            clock: inner.ports.clock.clone(),
            random: inner.ports.random.clone(),
            storage: inner.ports.storage.clone(),
            others: inner.others.borrow().clone(),
            recipient: store.recipient.try_get_untracked().flatten(),
            keeps_keys: Cell::new(store.keeps_keys()),
            checkout: RefCell::new(checkout),
            store: Cell::new(Some(store)),
            work: RefCell::new(None),
            is_asking: Cell::new(false),
            outcome: RefCell::new(None),
            waiting: RefCell::new(None),
        });
        MAKING.with_borrow_mut(|all| all.push(Rc::clone(&making)));
        shop::on_forgetting(forget_unseen);
        Some(Self(making))
    }

    /// Takes over a create whose element is gone, if there is one of the same proxy and credentials.
    pub(super) fn take_over(store: Store) -> Option<Self> {
        end_all(Making::is_forgotten);
        let making = of_shop(store)?.into_iter().find(|making| making.store.get().is_none())?;
        let waiting = making.waiting.take();
        drop(waiting);
        making.store.set(Some(store));
        Some(Self(making))
    }

    /// Returns whether there is a create of the same proxy and credentials, whose element may be removed at any moment.
    pub(super) fn may_come(store: Store) -> bool {
        of_shop(store).is_some_and(|all| !all.is_empty())
    }

    /// Returns whether the proxy keeps the key, so that repeating the create makes no second order.
    pub(super) fn keeps_keys(&self) -> bool {
        self.0.keeps_keys.get()
    }

    /// Sends the create, or repeats it: always the same body with the same key. Without an answer it is repeated once
    /// automatically, if the proxy keeps keys.
    pub(super) fn send(&self) {
        self.0.send();
    }

    /// Returns whether the create was sent and is not answered yet.
    pub(super) fn is_asking(&self) -> bool {
        self.0.is_asking.get()
    }

    /// Returns the state of the purchase, and the recipient that was typed for it.
    pub(super) fn standing(&self) -> (Checkout, Option<Recipient>) {
        (self.0.checkout.borrow().clone(), self.0.recipient.clone())
    }

    /// Returns the outcome that came while no element showed the create.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        self.0.outcome.take()
    }

    /// Ends the create, which is settled, or given up by the shopper.
    pub(super) fn end(self) {
        self.0.end();
    }
}

/// Returns the creates that have the same proxy and credentials as an element.
fn of_shop(store: Store) -> Option<Vec<Rc<Making>>> {
    let (proxy, include_credentials) =
        store.config.try_with_untracked(|config| (config.proxy.clone(), config.include_credentials))?;
    let is_ours = |making: &&Rc<Making>| making.proxy == proxy && making.include_credentials == include_credentials;
    Some(MAKING.with_borrow(|all| all.iter().filter(is_ours).cloned().collect()))
}

/// Ends the creates that no element shows and for which `is_so` holds. Nothing of them is stored or given to an
/// element, and what was typed for them is dropped.
fn end_all(is_so: impl Fn(&Making) -> bool) {
    let all =
        MAKING.with_borrow(|all| all.iter().filter(|making| making.store.get().is_none()).cloned().collect::<Vec<_>>());
    for making in all.iter().filter(|making| is_so(making)) {
        making.end();
    }
}

/// Ends all creates that no element shows, since all orders were forgotten.
pub(super) fn forget_unseen() {
    end_all(|_| true);
}

/// Ends the creates whose orders were forgotten, by their references.
pub(super) fn forget_made(references: &[String]) {
    end_all(|making| making.made().is_some_and(|id| references.contains(&id.reference())));
}

impl Making {
    /// Returns the id of the order that was made and that no element has shown.
    fn made(&self) -> Option<OrderId> {
        match self.outcome.borrow().as_ref().map(|outcome| &outcome.created) {
            Some(Created::Order(order)) => Some(order.id.clone()),
            Some(Created::Refused(_) | Created::Unknown | Created::Unreadable) | None => None,
        }
    }

    /// Returns whether the order was stored when it was made, and is not stored any more.
    fn is_forgotten(&self) -> bool {
        let is_gone = |id: OrderId| memory::trace(&*self.storage, &id) == memory::Trace::Gone;
        self.made().is_some_and(is_gone) && self.others.as_ref().is_none_or(|others| others.can_read(memory::ORDERS))
    }

    fn send(self: &Rc<Self>) {
        if self.is_asking.replace(true) {
            return;
        }
        let making = Rc::clone(self);
        let task = Task::spawn(Box::pin(async move {
            let mut answer = making.post().await;
            if answer.is_err() && making.may_repeat() {
                sleep(&*making.clock, REPEAT.wait(0, making.random.next_u32())).await;
                answer = making.post().await;
            }
            making.is_asking.set(false);
            let date = answer.as_ref().ok().and_then(|answer| answer.date);
            let created = answer.map_or(Created::Unknown, |answer| judge_create(&answer));
            making.answered(Outcome { created, date });
        }));
        let last = self.work.replace(Some(task));
        drop(last);
    }

    async fn post(&self) -> Result<Answer, NoAnswer> {
        let (body, key) = (self.body.clone(), Some(self.key.clone()));
        let answer = self.api.post("/v5/orders".to_owned(), body, key).await;
        if let Ok(answer) = &answer {
            self.keeps_keys.set(self.keeps_keys.get() || answer.idempotent);
            if let Some(store) = self.shown_by() {
                // The shop notes what the answer announces besides its body.
                let _ = store.shop.heard(Ok(answer.clone()));
            }
        }
        answer
    }

    fn may_repeat(&self) -> bool {
        self.keeps_keys.get() || self.shown_by().is_some_and(Store::keeps_keys)
    }

    /// Returns the store of the element that shows the create, unless the element is gone.
    fn shown_by(&self) -> Option<Store> {
        self.store.get().filter(|store| store.inner().is_some())
    }

    fn answered(self: &Rc<Self>, outcome: Outcome) {
        let checkout = self.checkout.borrow().clone();
        if matches!(outcome.created, Created::Unknown | Created::Unreadable) {
            self.checkout.replace(checkout.created(outcome.created.clone()));
        } else if let (Created::Order(order), None) = (&outcome.created, self.shown_by()) {
            // The order is stored at once, since the page may be left the next moment.
            self.store_order(checkout, order);
        }
        match self.shown_by() {
            Some(store) => store.made(outcome),
            None if self.waiting.borrow().is_some() => {
                self.outcome.replace(Some(outcome));
            }
            None => self.end(),
        }
    }

    /// Stores an order that no element shows, with its guards.
    fn store_order(&self, checkout: Checkout, order: &Order) {
        let (storage, now) = (&*self.storage, self.clock.wall());
        memory::keep(storage, &self.proxy, &order.id, now);
        let checkout = checkout.created(Created::Order(Box::new(order.clone())));
        let paid = order.has_sign_of_money();
        let Guards { not_payable, payee, agreed } = checkout.guards();
        let (payee, agreed) = (payee.map(|payee| payee.to_text()), agreed.map(|agreed| agreed.as_str().to_owned()));
        memory::mark(
            storage,
            &order.id,
            &memory::Marks { paid, not_payable, payee, agreed, ..Default::default() },
            now,
        );
        if let Some(others) = &self.others {
            others.tell(&Elsewhere::Stored);
        }
    }

    /// Waits for another element, since the one of this create is gone.
    fn leave(self: &Rc<Self>) {
        self.store.set(None);
        if !MAKING.with_borrow(|all| all.iter().any(|making| Rc::ptr_eq(making, self))) {
            return;
        }
        let weak: Weak<Self> = Rc::downgrade(self);
        let over = Box::new(move || {
            let Some(making) = weak.upgrade() else { return };
            let waiting = making.waiting.take();
            drop(waiting);
            // The order of a create that is still under way is stored when the answer comes.
            if !making.is_asking.get() {
                making.end();
            }
        });
        let last = self.waiting.replace(Some(self.clock.after(WAIT, over)));
        drop(last);
    }

    fn end(self: &Rc<Self>) {
        MAKING.with_borrow_mut(|all| all.retain(|making| !Rc::ptr_eq(making, self)));
        let (waiting, work) = (self.waiting.take(), self.work.take());
        drop(waiting);
        drop(work);
        self.is_asking.set(false);
    }
}

/// What became of a create ([`wire::create`]). Both verdicts that leave it open are told apart by whether there was an
/// answer.
fn judge_create(answer: &Answer) -> Created {
    match wire::create(AnsweredBy::Proxy, answer.status, &answer.body) {
        Verdict::Made(order) => Created::Order(order),
        Verdict::Refused(problems) => Created::Refused(problems),
        Verdict::Named | Verdict::Unknown if (200..300).contains(&answer.status) => Created::Unreadable,
        Verdict::Named | Verdict::Unknown => Created::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h16_only_what_surely_was_not_created_is_a_refusal() {
        let order = r#"{"order_id":"o-1","order_state":"WaitingForPayment","wallet_address":"x","coin_amount":"1"}"#;
        let both = r#"{"order_id":"o-1","order_state":"WaitingForPayment","problems":[{"problem":"OUT_OF_STOCK"}]}"#;
        // The rule itself has its table in `core/tests/relay.rs`.
        let table = [
            (200, order, "order"),
            (422, order, "unknown"),
            (200, both, "unreadable"),
            (422, both, "unknown"),
            (422, r#"{"detail":"LOGIN_REQUIRED"}"#, "refused"),
            (422, r#"{"status":422,"detail":"LOGIN_REQUIRED","problems":[{"problem":"LOGIN_REQUIRED"}]}"#, "refused"),
            (413, r#"{"status":413,"detail":"BODY_TOO_LARGE"}"#, "refused"),
            (404, "<html>not found</html>", "unknown"),
            (504, r#"{"status":504,"detail":"ORDER_OUTCOME_UNKNOWN"}"#, "unknown"),
            (200, "", "unreadable"),
            (201, r#"{"order_id":"../o-1","order_state":"WaitingForPayment"}"#, "unreadable"),
            (202, r#"{"problems":[{"moreDetails":1}]}"#, "unreadable"),
            (307, "", "unknown"),
        ];
        for (status, body, expected) in table {
            let answer =
                Answer { status, body: body.to_owned(), date: None, age: None, retry_after: None, idempotent: true };
            let outcome = match judge_create(&answer) {
                Created::Order(_) => "order",
                Created::Refused(_) => "refused",
                Created::Unknown => "unknown",
                Created::Unreadable => "unreadable",
            };
            assert_eq!(outcome, expected, "{status} {body}");
        }
    }
}
