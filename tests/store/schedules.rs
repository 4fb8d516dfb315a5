//! Random schedules of one order in one browser: a proxy that answers from memory, pings, routers, fields that cannot
//! be read, pages that come and go, a tab of an older release, forgetting. `STORE_SCHEDULES` sets their number.
//!
//! The laws are compared with what was given to the elements, word for word, and share no code with the store:
//!
//! - after a sign of money the full amount is never payable, neither here nor in a page that is opened later;
//! - the same holds for an open page that was told that something was stored, for all that the browser knows by then;
//! - nothing is payable while payee, memo, amount or id cannot be read or are not what they were, nor after another
//!   payee or half of the price, whichever page saw it; what is payable is what the supplier sends, digit for digit;
//! - an order that was forgotten never comes back;
//! - that it was paid, that a wallet was asked and that it is not payable for good stays stored, whatever an older
//!   release writes;
//! - while everything works, a payable order is wrong on screen no longer than its last confirmation holds; in the end
//!   the truth is on screen, with its codes, and a code that was replaced is marked as such.

mod proxy;
mod supplier;

use core::time::Duration;
use std::rc::Rc;

use cr_core::{
    checkout::Checkout,
    json::{self, Value},
    order::{Goods, OrderId, Stage},
};
use cr_widget::app::{
    Store,
    ports::{Elsewhere, PageEvent},
};
use leptos::prelude::{GetUntracked as _, Owner, WithUntracked as _};
use proptest::{
    prelude::*,
    test_runner::{Config, FileFailurePersistence},
};

use crate::{
    shop::{go_to_passed_review, open_shop, standing},
    world::{World, ok, turn},
};
use proxy::{Delivery, Fault, Glitch, Memory, Net, Pings, Proxy};
use supplier::{Junk, Supplier};

const READ: &str = "/v5/orders/o-1";

fn id() -> OrderId {
    OrderId::new("o-1").unwrap()
}

/// How long a page may be wrong while the supplier's stream reports changes: reads are 10 s apart, and answered from
/// memory for 3 s.
const QUICK: Duration = secs(16);

const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// An event of a schedule.
#[derive(Clone, Debug)]
enum Act {
    /// The order makes the n-th of its possible moves, and everything is sent in a form that can be read.
    Move(u8),
    /// The order makes a move, and one field is spoiled; if set, the page is loaded anew at that moment.
    Spoil(u8, Junk, bool),
    Pass(u16),
    Net(Net),
    Glitch(Glitch),
    /// Nothing hinders the page, and the order makes a move: this many milliseconds after the page was loaded anew, or
    /// while the page watches.
    Payment(Net, Option<u16>, u8),
    Page(u8),
    /// The n-th page is loaded anew.
    Reload(u8),
    /// Another element of this browser opens the order, or the last one closes.
    Second(bool),
    /// The shopper presses "Check now", or leaves the order and opens it again.
    Press(u8, bool),
    OldTab(Old),
    /// The browser reports to all pages that something was stored.
    Stored,
    Forget(u8),
}

/// What a tab of an older release does with the stored order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Old {
    Looks,
    SeesMoney,
    AsksWallet,
    WindsUp,
    Forgets,
}

#[derive(Clone, Debug)]
struct Schedule {
    has_memo: bool,
    acts: Vec<Act>,
}

fn junk() -> impl Strategy<Value = Junk> {
    prop::sample::select(Junk::ALL.to_vec())
}

fn net() -> impl Strategy<Value = Net> {
    let fault = prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::Unreachable),
        2 => (0..proxy::ROUTERS.len()).prop_map(Fault::Router),
        1 => Just(Fault::NotFound),
        1 => Just(Fault::Aged),
        1 => Just(Fault::Busy),
    ];
    let pings = prop_oneof![Just(Pings::None), Just(Pings::Bare), Just(Pings::Telling), Just(Pings::Deaf)];
    let memory = prop_oneof![Just(Memory::None), Just(Memory::Forgets), Just(Memory::Stays)];
    (fault, pings, memory, any::<[bool; 2]>(), prop::bool::weighted(0.8), 5_u16..900).prop_map(
        |(fault, pings, memory, [delivers, greets], connects, latency)| Net {
            fault,
            pings,
            memory,
            delivers,
            greets,
            connects,
            latency,
        },
    )
}

fn act() -> impl Strategy<Value = Act> {
    let glitch = [Glitch::Drop, Glitch::Stale, Glitch::Garbage, Glitch::Foreign, Glitch::Repeat, Glitch::Ping];
    let old = prop_oneof![
        3 => Just(Old::Looks), 2 => Just(Old::SeesMoney), 2 => Just(Old::AsksWallet), 1 => Just(Old::WindsUp),
        1 => Just(Old::Forgets)
    ];
    prop_oneof![
        5 => any::<u8>().prop_map(Act::Move),
        3 => (any::<u8>(), junk(), prop::bool::weighted(0.3))
            .prop_map(|(choice, junk, is_reload)| Act::Spoil(choice, junk, is_reload)),
        5 => prop_oneof![4 => 1_u16..30, 1 => 30_u16..130].prop_map(Act::Pass),
        3 => net().prop_map(Act::Net),
        2 => prop::sample::select(glitch.to_vec()).prop_map(Act::Glitch),
        3 => any::<u8>().prop_map(Act::Page),
        2 => any::<u8>().prop_map(Act::Reload),
        1 => (net(), prop::option::weighted(0.7, 0_u16..900), any::<u8>()).prop_map(|(net, gap, choice)| {
            Act::Payment(Net { fault: Fault::None, connects: true, ..net }, gap, choice)
        }),
        1 => any::<bool>().prop_map(Act::Second),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(tab, is_check)| Act::Press(tab, is_check)),
        1 => old.prop_map(Act::OldTab),
        1 => Just(Act::Stored),
        1 => prop::option::weighted(0.3, any::<u8>()).prop_map(|tab| tab.map_or(Act::Pass(2), Act::Forget)),
    ]
}

fn schedule() -> impl Strategy<Value = Schedule> {
    (any::<bool>(), prop::collection::vec(act(), 1..22)).prop_map(|(has_memo, acts)| Schedule { has_memo, acts })
}

/// What was given to one element, or to any element of this browser.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The latest of the supplier's steps.
    newest: Option<usize>,
    money: bool,
    /// Whether another payee was sent, or half of the price while the order could be paid.
    for_good: bool,
    asked: bool,
    /// All codes that were on screen, or could have been.
    codes: Vec<String>,
}

/// An element on the page.
struct Tab {
    number: usize,
    /// Dropping it ends the element.
    _owner: Owner,
    store: Store,
    known: Known,
    since: Duration,
    /// The time since which it shows as payable what is not payable any more.
    wrong_since: Option<Duration>,
    /// Whether it was given `Expired`, and no newer step since then but `WaitingForPayment`.
    is_lapsed: bool,
}

struct Play {
    world: Rc<World>,
    supplier: Supplier,
    proxy: Proxy,
    tabs: Vec<Tab>,
    /// What this browser has stored; `None` once the order was forgotten.
    browser: Option<Known>,
    is_hidden: bool,
    is_offline: bool,
    /// The time since which nothing hinders the pages.
    well_since: Duration,
    /// Whether the order could not be found at times: it is then read at ever longer intervals.
    was_missing: bool,
    broken: Vec<String>,
}

impl Play {
    /// Makes an order that waits for its payment.
    fn new(has_memo: bool) -> Self {
        let world = World::new();
        let supplier = Supplier::new(has_memo);
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_passed_review(&world, store, supplier::AMOUNT);
        store.create_order();
        turn();
        world.answer("/v5/orders", ok(&supplier.body(0)));
        let known = Known { newest: Some(0), ..Known::default() };
        let tab = Tab {
            number: world.last_element(),
            _owner: owner,
            store,
            known: known.clone(),
            since: world.now(),
            wrong_since: None,
            is_lapsed: false,
        };
        let proxy = Proxy::new(&world);
        let mut play = Self {
            well_since: world.now(),
            world,
            supplier,
            proxy,
            tabs: vec![tab],
            browser: Some(known),
            is_hidden: false,
            is_offline: false,
            was_missing: false,
            broken: Vec::new(),
        };
        play.rule(play.tabs[0].is_payable_in_full(), || "the order that was made cannot be paid".to_owned());
        play
    }

    fn rule(&mut self, holds: bool, broken: impl FnOnce() -> String) {
        if !holds && self.broken.len() < 8 {
            let at = self.world.now().as_millis();
            self.broken.push(format!("at {at} ms: {}", broken()));
        }
    }

    /// Lets time pass while the proxy does its part.
    fn pass(&mut self, time: Duration) {
        let until = self.world.now() + time;
        loop {
            while let Some(delivery) = self.proxy.due(&self.world, &self.supplier) {
                self.give(delivery);
            }
            let now = self.world.now();
            let next = [self.world.next_timer(), self.proxy.next()].into_iter().flatten().min();
            match next.filter(|next| *next <= until) {
                // This also runs a timer that is due already.
                Some(next) => self.world.pass(next.saturating_sub(now)),
                None => break,
            }
        }
        self.world.pass(until.saturating_sub(self.world.now()));
        self.check();
    }

    /// Delivers something to an element, which may wait for a frame before it shows that.
    fn give(&mut self, delivery: Delivery) {
        let told = delivery.step.map(|step| (step, self.supplier.step(step).clone()));
        let tab = self.tabs.iter_mut().find(|tab| tab.number == delivery.to);
        if let Some(((step, told), tab)) = told.zip(tab) {
            let is_over = |state: &str| ["Done", "Refunded", "Canceled"].contains(&state);
            let is_elsewhere =
                told.is_elsewhere() && !is_over(told.state) && !tab.state().is_some_and(|at| is_over(&at));
            let is_half = told.is_half() && Some(step) >= tab.known.newest && tab.is_payable_in_full();
            if Some(step) >= tab.known.newest {
                tab.is_lapsed = told.state == "Expired" || told.state == "WaitingForPayment" && tab.is_lapsed;
            }
            for known in [Some(&mut tab.known), self.browser.as_mut()].into_iter().flatten() {
                known.newest = known.newest.max(Some(step));
                known.money |= told.shows_money();
                known.for_good |= is_elsewhere || is_half;
            }
        }
        delivery.give(&self.world);
        self.world.pass(Duration::from_millis(17));
        self.check();
    }

    fn check(&mut self) {
        let now = self.world.now();
        let is_well = self.proxy.net.is_well() && !self.is_hidden && !self.is_offline;
        if !is_well {
            self.well_since = now;
        }
        let (patience, delivers) = (self.patience(), self.proxy.net.delivers && !self.was_missing);
        let (well_since, truth) = (self.well_since, self.supplier.latest());
        let mut broken = Vec::new();
        for tab in &mut self.tabs {
            let is_right = tab.known.newest.is_some_and(|newest| self.supplier.step(newest).is_clean());
            let (full, part) = (tab.is_payable_in_full(), tab.instruction());
            if full && tab.known.money {
                broken.push("the full amount can be paid after a sign of money".to_owned());
            }
            if part.is_some() && (!is_right || tab.known.for_good) {
                broken.push(format!("{:?} can be paid", tab.known.newest.map(|newest| self.supplier.step(newest))));
            }
            if let (Some((address, memo, amount)), Some(newest)) = (part, tab.known.newest) {
                let asked = self.supplier.step(newest).asks();
                let is_asked =
                    (&*address, memo.as_deref(), &amount) == (supplier::ADDRESS, self.supplier.memo(), &asked);
                if !is_asked {
                    broken.push(format!("it asks for {amount} to {address} {memo:?}, not for {asked}"));
                }
            }
            let codes = tab.codes();
            if codes.iter().any(|code| !self.supplier.has_told(code)) {
                broken.push("a code is shown that the supplier never told".to_owned());
            }
            for known in [Some(&mut tab.known), self.browser.as_mut()].into_iter().flatten() {
                known
                    .codes
                    .extend(codes.iter().filter(|code| !known.codes.contains(code)).cloned().collect::<Vec<_>>());
            }
            let shown = tab.state();
            let is_wrong = full && shown.as_deref() != Some(truth.state) && truth.is_clean();
            tab.wrong_since = tab.wrong_since.filter(|_| is_wrong).or(is_wrong.then_some(now));
            let since = tab.wrong_since.map(|since| since.max(well_since).max(tab.since));
            // The patience is a few seconds where the supplier's stream reports changes, and either no earlier trouble
            // has an effect any more or the page is a new one.
            let is_calm = |since: Duration| since >= well_since + secs(75) || tab.since >= well_since;
            let patience_at = |since: Duration| if delivers && is_calm(since) { QUICK } else { patience };
            if since.is_some_and(|since| now > since + patience_at(since)) {
                broken.push(format!("{shown:?} is payable, and it is {} since {since:?}", truth.state));
            }
        }
        let stored = self.world.stored("orders").unwrap_or_default();
        match &self.browser {
            None if stored.contains("\"o-1\"") => broken.push("what was forgotten is stored".to_owned()),
            None => {}
            Some(known) => {
                let notes = self.world.stored("notes").unwrap_or_default();
                let is_never_payable = stored.contains("\"barred\":\"address\"") || notes.contains("half");
                for (is_known, is_stored, what) in [
                    (known.money, stored.contains("\"paid\":true"), "that it was paid"),
                    (known.asked, stored.contains("\"asked\":true"), "that a wallet was asked"),
                    (known.for_good, is_never_payable, "that it is never payable"),
                ] {
                    if is_known && !is_stored {
                        broken.push(format!("{what} is not stored: {stored} {notes}"));
                    }
                }
            }
        }
        if self.browser.is_none() && self.tabs.iter().any(|tab| standing(tab.store) != "browsing") {
            broken.push("an order that was forgotten is on screen".to_owned());
        }
        for broken in broken {
            self.rule(false, || broken);
        }
    }

    /// Returns how long a payable order may be wrong on screen while nothing hinders the page.
    fn patience(&self) -> Duration {
        if self.was_missing { secs(200) } else { self.proxy.net.patience() }
    }

    fn open(&mut self) {
        let (owner, store) = self.world.element(|_| {});
        if self.world.count_open("/v2/brands") > 0 {
            open_shop(&self.world, false);
        }
        let is_offered = store.resumable.get_untracked().iter().any(|order| order.id == id());
        self.rule(is_offered == self.browser.is_some(), || format!("it is offered: {is_offered}"));
        if is_offered {
            store.resume(id());
            turn();
        }
        // A new element has been given nothing yet; what holds for good is known to all pages of the browser.
        let known = Known { newest: None, ..self.browser.clone().unwrap_or_default() };
        let (number, since) = (self.world.last_element(), self.world.now());
        self.tabs.push(Tab { number, _owner: owner, store, known, since, wrong_since: None, is_lapsed: false });
    }

    fn forgotten(&mut self) {
        self.browser = None;
        for tab in &mut self.tabs {
            tab.known = Known::default();
        }
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Move(choice) => {
                self.supplier.step_on(*choice, None);
                self.proxy.hears(&self.world, &self.supplier);
            }
            Act::Spoil(choice, junk, is_reload) => {
                self.supplier.step_on(*choice, Some(*junk));
                self.proxy.hears(&self.world, &self.supplier);
                if *is_reload {
                    self.act(&Act::Reload(*choice));
                }
            }
            Act::Pass(time) => self.pass(secs(u64::from(*time))),
            Act::Net(net) => {
                self.proxy.net = *net;
                self.was_missing |= net.fault == Fault::NotFound;
                self.well_since = self.world.now();
            }
            Act::Payment(net, gap, choice) => {
                self.act(&Act::Net(*net));
                match gap {
                    Some(gap) => {
                        self.act(&Act::Reload(*choice));
                        self.pass(Duration::from_millis(u64::from(*gap)));
                    }
                    None => self.pass(secs(100)),
                }
                self.act(&Act::Move(*choice));
                self.pass(if gap.is_some() { secs(30) } else { self.patience() + secs(5) });
            }
            Act::Glitch(glitch) => {
                if matches!(glitch, Glitch::Drop) {
                    self.well_since = self.world.now();
                }
                for delivery in self.proxy.glitch(&self.world, &self.supplier, *glitch) {
                    self.give(delivery);
                }
            }
            Act::Page(choice) => self.page(match choice % 6 {
                0 => PageEvent::Online,
                1 => PageEvent::Offline,
                2 => PageEvent::Visible,
                3 => PageEvent::Hidden,
                4 => PageEvent::Woke,
                _ => PageEvent::Nudge,
            }),
            Act::Reload(choice) => {
                let at = usize::from(*choice) % self.tabs.len();
                drop(self.tabs.remove(at));
                turn();
                self.open();
            }
            Act::Second(true) if self.tabs.len() < 3 => self.open(),
            Act::Second(false) if self.tabs.len() > 1 => drop(self.tabs.pop()),
            Act::Second(_) => {}
            Act::Press(choice, is_check) => {
                let at = usize::from(*choice) % self.tabs.len();
                let store = self.tabs[at].store;
                if *is_check {
                    store.check_now();
                } else if self.browser.is_some() {
                    store.start_over();
                    store.resume(id());
                    // What the element had on screen is gone.
                    let known = self.browser.clone().unwrap_or_default();
                    self.tabs[at].known = Known { newest: None, ..known };
                    self.tabs[at].is_lapsed = false;
                    self.tabs[at].since = self.world.now();
                }
                turn();
            }
            Act::OldTab(old) => self.old_tab(*old),
            Act::Stored => self.report_stored(),
            Act::Forget(choice) => {
                self.tabs[usize::from(*choice) % self.tabs.len()].store.forget(Some(id()));
                turn();
                self.forgotten();
            }
        }
        self.check();
    }

    fn page(&mut self, event: PageEvent) {
        match event {
            PageEvent::Online => self.is_offline = false,
            PageEvent::Offline => self.is_offline = true,
            PageEvent::Visible => self.is_hidden = false,
            PageEvent::Hidden => self.is_hidden = true,
            PageEvent::Woke | PageEvent::Nudge => {}
        }
        self.world.page(event);
        if matches!(event, PageEvent::Visible | PageEvent::Woke | PageEvent::Nudge) {
            self.heeds_browser();
        }
    }

    /// Reports to all pages that something was stored.
    fn report_stored(&mut self) {
        self.world.hear(&Elsewhere::Stored);
        self.heeds_browser();
    }

    /// From now on every page must obey what the browser has stored.
    fn heeds_browser(&mut self) {
        let Some(browser) = &self.browser else { return };
        for tab in &mut self.tabs {
            tab.known.money |= browser.money;
            tab.known.for_good |= browser.for_good;
            tab.known.asked |= browser.asked;
        }
    }

    /// A tab of an older release reads the fields that it knows of the entries, changes one, and writes the entries
    /// anew.
    fn old_tab(&mut self, old: Old) {
        const KNOWN: [&str; 9] = ["id", "at", "until", "proxy", "paid", "barred", "asked", "payee", "agreed"];
        let Some(stored) = self.world.stored("orders").and_then(|text| json::parse(&text).ok()) else { return };
        let now = crate::world::BEGINNING.plus(self.world.now()).millis();
        let mut entries = Vec::new();
        for entry in stored.get("orders").map_or(&[][..], Value::as_array) {
            let mut fields: Vec<(String, Value)> = entry.as_object().to_vec();
            fields.retain(|(name, _)| KNOWN.contains(&name.as_str()));
            let mut set = |name: &str, value: Value| {
                fields.retain(|(known, _)| known != name);
                fields.push((name.to_owned(), value));
            };
            match old {
                Old::Looks | Old::Forgets => {}
                Old::SeesMoney => set("paid", Value::Bool(true)),
                Old::AsksWallet => set("asked", Value::Bool(true)),
                Old::WindsUp => set("until", Value::Number((now + 3_600_000).to_string())),
            }
            if old != Old::Forgets {
                entries.push(Value::Object(fields));
            }
        }
        if let Some(known) = &mut self.browser {
            known.money |= old == Old::SeesMoney;
            known.asked |= old == Old::AsksWallet;
        }
        if entries.is_empty() {
            self.world.unstore("orders");
        } else {
            let stored = vec![("v", Value::Number("1".to_owned())), ("orders", Value::Array(entries))];
            self.world.store("orders", Value::object(stored).to_json());
        }
        if old == Old::Forgets {
            self.forgotten();
        }
        self.report_stored();
    }

    /// Removes all hindrances: the truth is on screen within two minutes, with its codes.
    fn finish(&mut self) {
        self.pass(secs(61));
        self.proxy.net = Net::GOOD;
        self.page(PageEvent::Online);
        self.page(PageEvent::Visible);
        self.pass(secs(130));
        let truth = self.supplier.latest().clone();
        if truth.state == "Done" {
            // A delivered order is read when the page is seen again, unless it was heard of within the last minute: the
            // page may have heard of its end only just before, and in an old form.
            self.page(PageEvent::Visible);
            self.pass(secs(5));
        }
        for at in 0..self.tabs.len() {
            let tab = &self.tabs[at];
            if self.browser.is_none() {
                continue;
            }
            let (shown, codes, known, is_payable) =
                (tab.state(), tab.codes(), tab.known.clone(), tab.is_payable_in_full());
            // Only money revives an order that expired (docs/supplier-api.md §6.4). A page that missed the payment
            // does not believe that the order waits for another one: it keeps to what asks for nothing.
            let is_kept = tab.is_lapsed && truth.state == "WaitingForPayment" && shown.as_deref() == Some("Expired");
            self.rule(is_kept || shown.as_deref() == Some(truth.state), || {
                format!("it is {}, and {shown:?} is shown", truth.state)
            });
            let all = truth.codes.clone();
            self.rule(truth.state != "Done" || codes == all, || {
                format!("the codes are {all:?}, and {codes:?} are shown")
            });
            let must_be_told = known.codes.iter().any(|code| !all.contains(code));
            let may_be_told = self.browser.as_ref().is_some_and(|browser| browser.codes.len() > 1);
            let is_told = self.tabs[at].says_replaced();
            self.rule(truth.state != "Done" || is_told && may_be_told || !is_told && !must_be_told, || {
                format!("{:?} were seen, {all:?} are there, and that is told: {is_told}", known.codes)
            });
            let is_due = truth.state == "WaitingForPayment" && !known.money && self.supplier.was_always_clean();
            self.rule(!is_due || is_payable, || "it cannot be paid any more".to_owned());
        }
    }
}

impl Tab {
    fn is_payable_in_full(&self) -> bool {
        self.store.checkout.with_untracked(|checkout| matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. })))
    }

    /// Returns where the shopper may pay, with which memo, and how much.
    fn instruction(&self) -> Option<(String, Option<String>, String)> {
        let instruction = self.store.checkout.with_untracked(|checkout| checkout.instruction(None)).ok()?;
        Some((instruction.address.as_str().to_owned(), instruction.memo, instruction.amount.as_str().to_owned()))
    }

    fn state(&self) -> Option<String> {
        self.store.checkout.with_untracked(|checkout| checkout.order().map(|order| order.state.as_str().to_owned()))
    }

    fn codes(&self) -> Vec<String> {
        self.store.checkout.with_untracked(|checkout| {
            let lines = checkout.order().map_or(&[][..], |order| &order.deliveries);
            let goods = lines.iter().flat_map(|line| &line.goods);
            goods.filter_map(|goods| if let Goods::Code(code) = goods { Some(code.clone()) } else { None }).collect()
        })
    }

    fn says_replaced(&self) -> bool {
        self.store.checkout.with_untracked(|checkout: &Checkout| {
            checkout.order().is_some_and(|order| order.deliveries.iter().any(|line| line.replaced))
        })
    }
}

fn play(schedule: &Schedule) -> Vec<String> {
    let mut play = Play::new(schedule.has_memo);
    for act in &schedule.acts {
        play.act(act);
        play.pass(Duration::from_millis(20));
    }
    play.finish();
    play.broken
}

/// Returns how many schedules are played, and where those that failed are kept.
fn config() -> Config {
    let cases = std::env::var("STORE_SCHEDULES").ok().and_then(|number| number.parse().ok()).unwrap_or(100);
    Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..Config::default()
    }
}

#[test]
fn an_order_holds_its_laws_over_random_schedules() {
    proptest!(config(), |(schedule in schedule())| {
        let broken = play(&schedule);
        prop_assert!(broken.is_empty(), "{broken:#?}");
    });
}

/// The payee changes while the order is barred for its price: that it is never payable again must be stored.
#[test]
fn another_payee_is_stored_over_a_price_that_moved() {
    let schedule = Schedule {
        has_memo: true,
        acts: vec![
            Act::Spoil(25, Junk::Dearer, true),
            Act::Glitch(Glitch::Drop),
            Act::OldTab(Old::Looks),
            Act::Spoil(12, Junk::Unread("order_id", "7"), true),
            Act::Spoil(8, Junk::OtherMemo, false),
            Act::Pass(1),
        ],
    };
    assert_eq!(play(&schedule), Vec::<String>::new());
}

/// `Expired` is on screen, and the page misses the payment that revived the order before it was withdrawn.
#[test]
fn an_order_that_expired_is_not_believed_to_wait_where_its_revival_was_missed() {
    let net = Net { pings: Pings::None, delivers: false, greets: false, latency: 5, ..Net::GOOD };
    let schedule = Schedule {
        has_memo: false,
        acts: vec![
            Act::Spoil(250, Junk::Unread("order_id", "7"), false),
            Act::Move(98),
            Act::Net(net),
            Act::Move(5),
            Act::Move(83),
        ],
    };
    assert_eq!(play(&schedule), Vec::<String>::new());
}

/// Two pages of one order: what the read of one of them brings reaches the other before a ping vouches for it.
#[test]
fn the_news_that_another_page_read_reaches_this_one_before_the_ping() {
    for greets in [false, true] {
        let net = Net { delivers: false, greets, latency: 5, ..Net::GOOD };
        let schedule = Schedule { has_memo: false, acts: vec![Act::Second(true), Act::Payment(net, None, 1)] };
        assert_eq!(play(&schedule), Vec::<String>::new());
    }
}

/// The end of the order, whose code was replaced since, is read from a proxy's memory just before the page is seen again.
#[test]
fn a_page_that_comes_back_twice_has_the_replaced_code() {
    let blind = Net { pings: Pings::None, delivers: false, greets: false, connects: false, ..Net::GOOD };
    let schedule = Schedule {
        has_memo: false,
        acts: vec![
            Act::Move(75),
            Act::Move(137),
            Act::Payment(Net { pings: Pings::None, greets: false, latency: 81, ..Net::GOOD }, None, 27),
            Act::Move(53),
            Act::Net(Net { latency: 41, ..blind }),
            Act::Second(false),
            Act::Net(Net { fault: Fault::Aged, latency: 5, ..blind }),
            Act::Page(73),
            Act::Move(0),
        ],
    };
    assert_eq!(play(&schedule), Vec::<String>::new());
}
