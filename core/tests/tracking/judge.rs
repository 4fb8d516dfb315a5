//! Watches what a tracker does from outside, and knows the rules from docs/supplier-api.md §6 and docs/faults.md alone: it shares
//! neither tables nor code with the tracker. Every broken rule is kept as a sentence.

use std::{collections::VecDeque, time::Duration};

use cr_core::{
    order::{DeliveryStatus, Goods, Order},
    tracking::{Health, PollFailure, Snapshot},
};

/// After these nothing else may be shown, except as listed.
const ENDS: [(&str, &[&str]); 5] = [
    ("Done", &["Done", "Refunded"]),
    ("Refunded", &["Refunded"]),
    ("Canceled", &["Canceled"]),
    ("PaymentSetupFailed", &["PaymentSetupFailed"]),
    (
        "Expired",
        &[
            "Expired",
            "PaymentStarted",
            "PartialPaymentStarted",
            "PaymentReceived",
            "WaitingForDelivery",
            "Done",
            "WaitingForManualAction",
            "Refunded",
            // By way of a manual action that nobody saw.
            "PaymentFailed",
            "Canceled",
        ],
    ),
];

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
/// The longest pause of a visible, unpaid order, reads that are never answered included.
const LIVELY: u64 = 32 * SECOND;

/// The longest pause of an order that cannot be found, and for how long money may be on its way to it.
const MISSING: u64 = 151 * SECOND;
const MISSING_LASTS: u64 = 90 * MINUTE;
/// For so long a payable order may be called live after it changed: what vouches counts for 60 s, and an answer may come from when
/// it was asked for, or from a proxy's memory.
const LIVE: u64 = 75 * SECOND;
/// How old a confirmation may be while "live" is said, with a timer's slack.
const VOUCHED: u64 = 60 * SECOND + 100;
/// How long the page may leave an order unread beside an open stream that says nothing of it, by whether it is payable; and how old
/// the word of a ping may be that says something.
const UNREAD: (u64, u64) = (62 * SECOND, 306 * SECOND);
const YOUNG: u64 = 300 * SECOND;
/// Nobody may leave a payable order unasked for longer, neither page nor proxy.
const UNASKED: u64 = 6 * MINUTE;
/// Two answers of "not found" count as two if the second was asked for so long after the first: proxies keep answers for 3 s.
const APART: u64 = 4 * SECOND;

/// How long the tracker must go on asking, and how long it may pause, by what was shown last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duty {
    None,
    /// Longest pause and, unless it is endless, how long the duty lasts.
    Ask(u64, Option<u64>),
}

pub(crate) struct Judge {
    pub(crate) verdicts: Vec<String>,
    shown: Option<Order>,
    money: bool,
    stopped: bool,
    /// Since when the duty of the present state counts.
    duty_since: u64,
    /// Something proved that there is nothing to follow.
    gone: bool,
    /// It was told that the order may not be read.
    forbidden: bool,
    missing: u8,
    missing_since: u64,
    /// When the first answer of "not found" came.
    missing_first: u64,
    has_begun: bool,
    /// Since when what is shown is not the truth, and nobody who was asked lied about it.
    wrong_since: u64,
    truth: Option<Order>,
    stream: StreamSeen,
    visible: bool,
    online: bool,
    last_sign: u64,
    /// When something was told of the order, or asked about it, by the page's stream or its reads.
    last_word: u64,
    /// When anybody asked the supplier about the order, or the page was told of it.
    last_asked: u64,
    last_read: u64,
    /// When a read was answered last.
    answered_at: u64,
    /// From when what was shown last is: what a read told is as old as its question.
    shown_at: u64,
    /// When something happened to the page, and for how long nothing had been read or shown then.
    looked: Option<(u64, u64)>,
    slept: u64,
    held_until: u64,
    /// A read has not been answered (yet); the tracker may wait for it.
    is_reading: bool,
    connects: VecDeque<u64>,
    reads: VecDeque<u64>,
    health: Health,
    /// Since when nothing has worked, as far as the tracker was told.
    lost_since: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StreamSeen {
    None,
    Opening,
    Open,
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).expect("a short time")
}

fn word(order: &Order) -> &str {
    order.state.as_str()
}

fn shows_money(order: &Order) -> bool {
    let payment = order.payment_state.as_ref().map_or("", |state| state.as_str());
    [
        "PaymentStarted",
        "PartialPaymentStarted",
        "PaymentReceived",
        "WaitingForDelivery",
        "WaitingForManualAction",
        "Done",
        "Refunded",
    ]
    .contains(&word(order))
        || ["PaymentReceived", "PaymentCompleted", "PaymentQuarantined", "ExpiredAfterPaymentDetection", "Refunded"]
            .contains(&payment)
        || order.received.as_ref().is_some_and(|amount| !amount.as_str().trim_matches(['0', '.']).is_empty())
}

/// Whether the screen asks for money.
pub(crate) fn is_payable(order: &Order) -> bool {
    match word(order) {
        "Created" | "WaitingForPayment" => !shows_money(order),
        "PartialPaymentStarted" => true,
        _ => false,
    }
}

fn is_complete(order: &Order) -> bool {
    !order.deliveries.is_empty()
        && order
            .deliveries
            .iter()
            .all(|line| line.status == DeliveryStatus::Delivered && !line.goods.contains(&Goods::SentByEmail))
}

/// Whether the table of docs/faults.md says that nothing is asked any more.
pub(crate) fn is_end(order: &Order) -> bool {
    match word(order) {
        "Done" => is_complete(order),
        "Refunded" | "Canceled" | "PaymentSetupFailed" => true,
        _ => false,
    }
}

impl Judge {
    pub(crate) fn new(known: Option<&Order>, money: bool) -> Self {
        Self {
            verdicts: Vec::new(),
            money: money || known.is_some_and(shows_money),
            shown: known.cloned(),
            stopped: false,
            duty_since: 0,
            gone: false,
            forbidden: false,
            missing: 0,
            missing_since: 0,
            missing_first: 0,
            has_begun: false,
            wrong_since: 0,
            truth: None,
            stream: StreamSeen::None,
            visible: true,
            online: true,
            last_sign: 0,
            last_word: 0,
            last_asked: 0,
            last_read: 0,
            answered_at: 0,
            shown_at: 0,
            looked: None,
            slept: 0,
            held_until: 0,
            is_reading: false,
            connects: VecDeque::new(),
            reads: VecDeque::new(),
            health: Health::Connecting,
            lost_since: Some(0),
        }
    }

    fn rule(&mut self, holds: bool, broken: impl FnOnce() -> String) {
        if !holds && self.verdicts.len() < 20 {
            self.verdicts.push(broken());
        }
    }

    fn duty(&self) -> Duty {
        if self.is_missing() {
            return Duty::Ask(MISSING, None);
        }
        let lively = Duty::Ask(if self.online && self.visible { LIVELY } else { 61 * SECOND }, None);
        let Some(shown) = &self.shown else { return lively };
        if self.gone || is_end(shown) {
            return Duty::None;
        }
        let slow = |minutes: u64| Duty::Ask(61 * SECOND, Some(minutes * MINUTE));
        let held = shown.payment_state.as_ref().is_some_and(|state| state.as_str() == "PaymentQuarantined");
        match word(shown) {
            "Done" => Duty::Ask(if self.visible { 31 * SECOND } else { 61 * SECOND }, Some(10 * MINUTE)),
            "Expired" | "PaymentFailed" if !self.money => slow(60),
            _ if self.money || held => slow(24 * 60),
            _ => lively,
        }
    }

    /// Called before anything happens at `now`: was the silence until now allowed?
    pub(crate) fn time(&mut self, now: u64) {
        if !self.has_begun {
            return;
        }
        let Duty::Ask(pause, lasts) = self.duty() else { return };
        let is_due = lasts.is_none_or(|lasts| now <= self.duty_since + lasts)
            && (!self.is_missing() || now <= self.missing_since + MISSING_LASTS);
        let pause = match self.stream {
            StreamSeen::Open => 46 * SECOND,
            StreamSeen::Opening => pause.max(16 * SECOND),
            StreamSeen::None => pause,
        };
        let pause = if self.is_reading && pause != LIVELY { pause + 16 * SECOND } else { pause };
        let silent_since = self.last_sign.max(self.held_until);
        let silence = now.saturating_sub(silent_since);
        self.rule(self.gone || !is_due || silence <= pause, || format!("silent for {silence} ms until {now}"));
        let lost = self.lost_since.map_or(0, |since| now.saturating_sub(since));
        let health = self.health;
        let tells = !matches!(health, Health::Live | Health::Polling | Health::Connecting);
        self.rule(self.gone || tells || lost <= 10 * SECOND, || {
            format!("nothing worked for {lost} ms until {now}, and it said {health:?}")
        });
        self.unread(now);
        let shown = self.shown.as_ref().filter(|shown| health == Health::Live && is_payable(shown));
        let is_wrong = shown.is_some_and(|shown| self.truth.as_ref().is_some_and(|truth| word(truth) != word(shown)));
        let wrong = now.saturating_sub(self.wrong_since);
        self.rule(!is_wrong || wrong <= LIVE, || format!("payable and live at {now}, and wrong for {wrong} ms"));
    }

    /// Whether a change of what is shown costs money, and somebody looks for it.
    fn must_be_asked(&self) -> bool {
        self.shown
            .as_ref()
            .is_some_and(|shown| is_payable(shown) && (!self.money || word(shown) == "PartialPaymentStarted"))
    }

    /// Was anybody asked? Pings that tell of long ago, or of nothing, are no excuse.
    fn unread(&mut self, now: u64) {
        if self.gone || self.is_missing() || self.shown.is_none() {
            return;
        }
        let is_payable = self.must_be_asked();
        let unasked = now.saturating_sub(self.last_asked);
        self.rule(!is_payable || unasked <= UNASKED, || format!("nobody asked for {unasked} ms until {now}"));
        let most = if is_payable { UNREAD.0 } else { UNREAD.1 };
        let most = if self.is_reading { most + 16 * SECOND } else { most };
        let unread = now.saturating_sub(self.last_word.max(self.held_until));
        let is_open = self.stream == StreamSeen::Open;
        self.rule(!is_open || unread <= most, || format!("unread beside a stream for {unread} ms until {now}"));
    }

    /// "Live" is said of a confirmation that is young.
    pub(crate) fn live(&mut self, now: u64, confirmed: Option<u64>) {
        let since = confirmed.map_or(self.slept, |at| at.max(self.slept.saturating_sub(VOUCHED)));
        let age = now.saturating_sub(since);
        let is_live = self.health == Health::Live;
        self.rule(!is_live || age <= VOUCHED, || format!("live at {now}, and confirmed {age} ms ago"));
    }

    fn is_missing(&self) -> bool {
        !self.ended() && self.missing >= 2
    }

    /// Following begins.
    pub(crate) fn begins(&mut self, now: u64) {
        self.has_begun = true;
        self.duty_since = now;
        self.slept(now);
    }

    /// The order changed at the supplier.
    pub(crate) fn truth_is(&mut self, now: u64, order: &Order) {
        self.truth = Some(order.clone());
        self.wrong_since = now;
    }

    /// The supplier told something out of date as if it were true now: that may be believed.
    pub(crate) fn lied_to(&mut self, now: u64) {
        self.wrong_since = now;
    }

    /// The device slept until `now`: silence in sleep is no fault.
    pub(crate) fn slept(&mut self, now: u64) {
        self.heard(now);
        self.slept = now;
        self.last_asked = now;
        self.wrong_since = now;
        if self.lost_since.is_some() {
            self.lost_since = Some(now);
        }
    }

    pub(crate) fn connects(&mut self, now: u64) {
        self.rule(self.stream == StreamSeen::None, || format!("two streams at {now}"));
        let may = self.visible && !self.stopped && !self.ended();
        self.rule(may, || format!("a stream that may not be at {now}"));
        self.stream = StreamSeen::Opening;
        self.heard(now);
        self.connects.push_back(now);
        while self.connects.front().is_some_and(|at| at + MINUTE <= now) {
            self.connects.pop_front();
        }
        let count = self.connects.len();
        self.rule(count <= 8, || format!("{count} streams within a minute at {now}"));
    }

    pub(crate) fn closes(&mut self, now: u64) {
        self.rule(self.stream != StreamSeen::None, || format!("closed no stream at {now}"));
        self.stream = StreamSeen::None;
        self.heard(now);
    }

    pub(crate) fn reads(&mut self, now: u64) {
        // Somebody comes back to a delivered order: a code may have been replaced within its hour.
        let looks_back = self.shown.as_ref().is_some_and(|shown| word(shown) == "Done")
            && self.looked.is_some_and(|(at, silence)| at == now && silence >= MINUTE)
            && self.visible
            && now <= self.duty_since + 60 * MINUTE;
        let may = !self.ended() || looks_back && !self.gone;
        self.rule(may, || format!("asked after the end at {now}"));
        let held_until = self.held_until;
        self.rule(now >= held_until, || format!("asked at {now}, though told to wait until {held_until}"));
        self.heard(now);
        self.last_asked = now;
        self.last_read = now;
        self.is_reading = true;
        self.reads.push_back(now);
        while self.reads.front().is_some_and(|at| at + 10 * SECOND <= now) {
            self.reads.pop_front();
        }
        let count = self.reads.len();
        self.rule(count <= 20, || format!("{count} reads within ten seconds at {now}"));
    }

    fn ended(&self) -> bool {
        self.gone || self.shown.as_ref().is_some_and(is_end)
    }

    /// Where the money goes by what is shown.
    pub(crate) fn shown_address(&self) -> Option<String> {
        self.shown.as_ref().and_then(|shown| shown.wallet_address.clone())
    }

    /// The tracker was handed an authentic snapshot.
    pub(crate) fn told(&mut self, order: &Order) {
        self.money |= shows_money(order);
    }

    /// A snapshot is published after another one. `brought` is the order that the input brought; for a ping, which
    /// vouches for what was heard since its stream was opened, it is all of that.
    pub(crate) fn publishes(&mut self, now: u64, last: &Snapshot, snapshot: &Snapshot, brought: &[Order]) {
        self.rule(snapshot != last, || format!("published twice at {now}"));
        let is_kept = last.order.is_none() || snapshot.order.is_some();
        self.rule(is_kept, || format!("lost the order at {now}"));
        self.rule(snapshot.money >= last.money, || format!("forgot the money at {now}"));
        let (before, after) = (last.confirmed_at.map(millis), snapshot.confirmed_at.map(millis));
        self.rule(before <= after, || format!("confirmed at {after:?}, and at {before:?} before"));
        self.rule(after <= Some(now), || format!("confirmed at {after:?}, and it is {now}"));
        let has_order = after.is_none() || snapshot.order.is_some();
        self.rule(has_order, || format!("confirmed nothing at {now}"));
        let is_of_order = after == before || snapshot.order.as_deref().is_some_and(|order| brought.contains(order));
        self.rule(is_of_order, || format!("confirmed {:?} at {now} by {brought:?}", snapshot.order));
        let is_young = after.is_some_and(|at| now.saturating_sub(at) <= MINUTE);
        let is_live = snapshot.health == Health::Live;
        self.rule(!is_live || is_young, || format!("published live at {now}, and confirmed at {after:?}"));
    }

    pub(crate) fn shows(&mut self, now: u64, order: &Order, was_sent: bool, money_seen: bool) {
        self.rule(was_sent, || format!("showed what was never sent at {now}: {order:?}"));
        let before = self.shown.as_ref().map(|shown| word(shown).to_owned()).unwrap_or_default();
        let after = word(order).to_owned();
        let allowed =
            ENDS.iter().find(|(end, _)| *end == before).is_none_or(|(_, next)| next.contains(&after.as_str()));
        self.rule(allowed, || format!("{before} became {after} at {now}"));
        let money = self.money;
        self.rule(money_seen == money, || format!("sign of money {money_seen}, should be {money} at {now}"));
        let had = self.duty();
        self.shown = Some(order.clone());
        self.shown_at = if self.answered_at == now { self.last_read } else { now };
        if self.duty() != had {
            self.duty_since = now;
        }
    }

    pub(crate) fn says(&mut self, now: u64, health: Health) {
        self.rule(health != self.health, || format!("said {health:?} twice at {now}"));
        let is_open = self.stream == StreamSeen::Open;
        self.rule((health == Health::Live) <= is_open, || format!("said live without a stream at {now}"));
        let is_told = match health {
            Health::NotFound => self.missing >= 2,
            Health::Forbidden => self.forbidden,
            Health::Connecting
            | Health::Live
            | Health::Polling
            | Health::CatchingUp
            | Health::Offline
            | Health::Ended => true,
        };
        self.rule(is_told, || format!("gave up at {now} without reason"));
        self.health = health;
    }

    // What the tracker was told.

    /// Another page of this browser has seen money.
    pub(crate) fn told_of_money(&mut self, now: u64) {
        let had = self.duty();
        self.money = true;
        if self.duty() != had {
            self.duty_since = now;
        }
    }

    pub(crate) fn stream_opened(&mut self, now: u64) {
        self.stream = StreamSeen::Open;
        self.works(now);
    }
    pub(crate) fn stream_spoke(&mut self, now: u64) {
        self.works(now);
        self.last_asked = now;
    }
    /// A ping; and how long ago the proxy heard of the order, if it says so.
    pub(crate) fn pinged(&mut self, now: u64, confirmed: Option<u64>) {
        let last_word = self.last_word;
        self.works(now);
        if confirmed.is_none_or(|age| age > YOUNG) {
            self.last_word = last_word;
        }
    }
    /// The proxy read the order of its own accord.
    pub(crate) fn somebody_asked(&mut self, now: u64) {
        self.last_asked = now;
    }
    pub(crate) fn stream_dropped(&mut self, now: u64) {
        self.last_sign = now;
        self.lost(now);
    }
    pub(crate) fn stream_stopped(&mut self, now: u64) {
        self.stopped = true;
        self.duty_since = now;
    }
    pub(crate) fn read_answered(&mut self, now: u64) {
        self.is_reading = false;
        self.answered_at = now;
        self.missing = 0;
        self.forbidden = false;
        self.online = true;
        self.works(now);
    }
    pub(crate) fn read_failed(&mut self, now: u64, failure: PollFailure) {
        self.is_reading = false;
        self.last_sign = now;
        match failure {
            PollFailure::NotFound => {
                if self.missing == 1 && self.last_read < self.missing_first + APART {
                    return;
                }
                if self.missing == 0 {
                    self.missing_first = now;
                }
                self.missing = self.missing.saturating_add(1);
                if self.missing == 2 {
                    self.missing_since = now;
                }
                // An order that was seen here may have been paid from here.
                self.gone |= self.missing >= 2 && self.shown.is_none() && !self.money;
            }
            PollFailure::Forbidden => {
                // As an order that cannot be found, but told once.
                if self.missing < 2 {
                    (self.missing, self.missing_since) = (2, now);
                }
                self.forbidden = true;
                self.gone |= self.shown.is_none() && !self.money;
            }
            PollFailure::TooMany(wait) => {
                if self.missing < 2 {
                    self.missing = 0;
                }
                let wait = wait.map_or(MINUTE, |wait| u64::try_from(wait.as_millis()).expect("a short wait"));
                self.held_until = now + wait.clamp(SECOND, MINUTE);
            }
            PollFailure::Unreachable | PollFailure::Undecodable => self.lost(now),
        }
    }
    fn heard(&mut self, now: u64) {
        self.last_sign = now;
        self.last_word = now;
    }
    fn works(&mut self, now: u64) {
        self.heard(now);
        self.lost_since = None;
    }
    fn lost(&mut self, now: u64) {
        if self.stream != StreamSeen::Open && self.lost_since.is_none() {
            self.lost_since = Some(now);
        }
    }

    pub(crate) fn page(&mut self, now: u64, visible: Option<bool>, online: Option<bool>) {
        self.visible = visible.unwrap_or(self.visible);
        self.online = online.unwrap_or(self.online);
        self.looked = Some((now, now.saturating_sub(self.shown_at.max(self.last_read))));
        self.last_sign = now;
    }

    /// After a long calm: is what is shown the truth? `is_healed` if something happened to the page at its beginning, which makes any
    /// tracker ask.
    pub(crate) fn finally(&mut self, now: u64, truth: &Order, must_be_equal: bool, is_healed: bool) {
        // What nobody has to ask about any more need not be known.
        let has_lasted = match self.duty() {
            Duty::None | Duty::Ask(_, None) => false,
            Duty::Ask(_, Some(lasts)) => !is_healed && now > self.duty_since + lasts,
        };
        let is_lost = !is_healed && self.is_missing() && now > self.missing_since + MISSING_LASTS;
        if self.gone || has_lasted || is_lost {
            return;
        }
        let shown = self.shown.as_ref().map(|shown| word(shown).to_owned());
        let ended = self.shown.as_ref().is_some_and(is_end);
        let expected = word(truth).to_owned();
        let is_right = shown.as_deref() == Some(expected.as_str());
        // An end is kept rather than believed to be undone without a sign of money.
        let is_kept =
            ENDS.iter().any(|(end, next)| shown.as_deref() == Some(*end) && !next.contains(&expected.as_str()));
        let must = is_end(truth) || must_be_equal && !is_kept;
        self.rule(!must || ended || is_right, || format!("shows {shown:?} at {now}, but it is {expected}"));
        if must && !ended {
            let is_complete_too = self.shown.as_ref().is_some_and(|shown| is_complete(shown) == is_complete(truth));
            self.rule(is_complete_too, || format!("the goods are not shown at {now}"));
        }
        let health = self.health;
        let is_well = matches!(health, Health::Live | Health::Polling | Health::Ended);
        self.rule(is_well, || format!("all is well at {now}, and it says {health:?}"));
    }
}

/// A judge that never convicts proves nothing.
mod convictions {
    use super::{Duration, Judge};
    use crate::support::{delivered, order};
    use cr_core::{
        order::Order,
        tracking::{Health, PollFailure, Snapshot},
    };

    fn published(order: Option<Order>, confirmed_at: Option<u64>, health: Health) -> Snapshot {
        let confirmed_at = confirmed_at.map(Duration::from_millis);
        Snapshot { confirmed_at, health, ..Snapshot::beginning(order, false) }
    }

    fn verdict_of(case: impl FnOnce(&mut Judge)) -> String {
        let mut judge = Judge::new(Some(&order("WaitingForPayment")), false);
        judge.begins(0);
        judge.read_answered(0);
        case(&mut judge);
        judge.verdicts.concat()
    }

    #[test]
    fn tracking_judge_convicts_every_kind_of_fault() {
        type Case = (&'static str, fn(&mut Judge));
        let cases: [Case; 29] = [
            ("silent", |judge| judge.time(33_000)),
            ("two streams", |judge| {
                judge.connects(1);
                judge.connects(2);
            }),
            ("streams within a minute", |judge| {
                for second in 0..9 {
                    judge.connects(second * 1_000);
                    judge.closes(second * 1_000);
                }
            }),
            ("may not be", |judge| {
                judge.page(1, Some(false), None);
                judge.connects(2);
            }),
            ("asked after the end", |judge| {
                judge.told(&delivered());
                judge.shows(1, &delivered(), true, true);
                judge.reads(2);
            }),
            ("asked after the end", |judge| {
                judge.told(&delivered());
                judge.shows(1, &delivered(), true, true);
                judge.page(50_000, Some(true), None);
                judge.reads(50_000);
            }),
            ("asked after the end", |judge| {
                judge.told(&delivered());
                judge.shows(1, &delivered(), true, true);
                judge.page(3_700_000, Some(true), None);
                judge.reads(3_700_000);
            }),
            ("told to wait", |judge| {
                judge.read_failed(1, PollFailure::TooMany(None));
                judge.reads(30_000);
            }),
            ("Done became WaitingForDelivery", |judge| {
                judge.told(&delivered());
                judge.shows(1, &delivered(), true, true);
                judge.shows(2, &order("WaitingForDelivery"), true, true);
            }),
            ("never sent", |judge| judge.shows(1, &order("Created"), false, false)),
            ("sign of money", |judge| {
                judge.told(&order("PaymentStarted"));
                judge.shows(1, &order("WaitingForPayment"), true, false);
            }),
            ("nothing worked", |judge| {
                judge.says(0, Health::Polling);
                judge.read_failed(1, PollFailure::Unreachable);
                judge.time(12_000);
            }),
            ("but it is Done", |judge| judge.finally(1, &delivered(), false, true)),
            ("wrong for", |judge| {
                judge.connects(1);
                judge.stream_opened(1);
                judge.says(1, Health::Live);
                judge.truth_is(2, &order("PaymentStarted"));
                for second in 1..80 {
                    judge.stream_spoke(second * 1_000);
                    judge.time(second * 1_000);
                }
            }),
            ("unread beside", |judge| {
                judge.connects(1);
                judge.stream_opened(1);
                for second in 1..80 {
                    judge.pinged(second * 1_000, Some(301_000));
                    judge.time(second * 1_000);
                }
            }),
            ("nobody asked", |judge| {
                judge.connects(1);
                judge.stream_opened(1);
                for second in 1..400 {
                    judge.pinged(second * 1_000, Some(1));
                    judge.time(second * 1_000);
                }
            }),
            ("live at", |judge| {
                judge.connects(1);
                judge.stream_opened(1);
                judge.says(1, Health::Live);
                judge.live(60_200, Some(1));
            }),
            ("gave up", |judge| {
                judge.reads(1);
                judge.read_failed(1, PollFailure::NotFound);
                judge.reads(3_900);
                judge.read_failed(4_100, PollFailure::NotFound);
                judge.says(4_100, Health::NotFound);
            }),
            ("gave up", |judge| {
                judge.read_failed(1, PollFailure::Unreachable);
                judge.read_failed(2, PollFailure::NotFound);
                judge.says(3, Health::NotFound);
            }),
            ("silent", |judge| {
                judge.read_failed(2, PollFailure::Forbidden);
                judge.says(2, Health::Forbidden);
                judge.time(180_000);
            }),
            ("published twice", |judge| {
                let waits = published(Some(order("WaitingForPayment")), Some(1), Health::Polling);
                judge.publishes(2, &waits, &waits, &[]);
            }),
            ("lost the order", |judge| {
                let waits = published(Some(order("WaitingForPayment")), None, Health::Polling);
                judge.publishes(2, &waits, &Snapshot::default(), &[]);
            }),
            ("forgot the money", |judge| {
                let paid = published(Some(order("PaymentStarted")), None, Health::Polling);
                let waits = published(Some(order("WaitingForPayment")), None, Health::Polling);
                judge.publishes(2, &paid, &waits, &[]);
            }),
            ("and at Some(2) before", |judge| {
                let at = |at| published(Some(order("Created")), Some(at), Health::Polling);
                judge.publishes(3, &at(2), &at(1), &[]);
            }),
            ("and it is 3", |judge| {
                let at = |at| published(Some(order("Created")), Some(at), Health::Polling);
                judge.publishes(3, &at(2), &at(4), &[order("Created")]);
            }),
            ("confirmed nothing", |judge| {
                judge.publishes(2, &Snapshot::default(), &published(None, Some(1), Health::Polling), &[]);
            }),
            ("at 2 by", |judge| {
                let at = |at| published(Some(order("Created")), Some(at), Health::Polling);
                judge.publishes(2, &at(1), &at(2), &[order("WaitingForPayment")]);
            }),
            ("published live", |judge| {
                let at = |health| published(Some(order("Created")), Some(1), health);
                judge.publishes(60_002, &at(Health::Polling), &at(Health::Live), &[]);
            }),
            ("silent", |judge| {
                judge.read_failed(1, PollFailure::NotFound);
                judge.reads(5_000);
                judge.read_failed(5_001, PollFailure::NotFound);
                judge.says(5_001, Health::NotFound);
                judge.time(180_000);
            }),
        ];
        for (fault, case) in cases {
            let verdict = verdict_of(case);
            assert!(verdict.contains(fault), "{fault}: {verdict:?}");
        }
        assert_eq!(verdict_of(|judge| judge.time(31_000)), "");
    }
}
