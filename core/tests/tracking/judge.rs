//! Watches what a tracker does from outside, and knows the rules from docs/supplier-api.md §6 and docs/faults.md alone: it shares
//! neither tables nor code with the tracker. Every broken rule is kept as a sentence.

use std::collections::VecDeque;

use cr_core::{
    order::{DeliveryStatus, Goods, Order},
    tracking::{Health, PollFailure},
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
    missing: u8,
    missing_since: u64,
    has_begun: bool,
    /// Since when what is shown is not the truth, and nobody who was asked lied about it.
    wrong_since: u64,
    truth: Option<Order>,
    stream: StreamSeen,
    visible: bool,
    online: bool,
    last_sign: u64,
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
            missing: 0,
            missing_since: 0,
            has_begun: false,
            wrong_since: 0,
            truth: None,
            stream: StreamSeen::None,
            visible: true,
            online: true,
            last_sign: 0,
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
        let shown = self.shown.as_ref().filter(|shown| health == Health::Live && is_payable(shown));
        let is_wrong = shown.is_some_and(|shown| self.truth.as_ref().is_some_and(|truth| word(truth) != word(shown)));
        let wrong = now.saturating_sub(self.wrong_since);
        self.rule(!is_wrong || wrong <= LIVE, || format!("payable and live at {now}, and wrong for {wrong} ms"));
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
        self.last_sign = now;
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
        self.last_sign = now;
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
        self.last_sign = now;
    }

    pub(crate) fn reads(&mut self, now: u64) {
        let may = !self.ended();
        self.rule(may, || format!("asked after the end at {now}"));
        let held_until = self.held_until;
        self.rule(now >= held_until, || format!("asked at {now}, though told to wait until {held_until}"));
        self.last_sign = now;
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
            Health::Forbidden => self.gone,
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

    pub(crate) fn stream_opened(&mut self, now: u64) {
        self.stream = StreamSeen::Open;
        self.works(now);
    }
    pub(crate) fn stream_spoke(&mut self, now: u64) {
        self.works(now);
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
        self.missing = 0;
        self.online = true;
        self.works(now);
    }
    pub(crate) fn read_failed(&mut self, now: u64, failure: PollFailure) {
        self.is_reading = false;
        self.last_sign = now;
        match failure {
            PollFailure::NotFound => {
                self.missing = self.missing.saturating_add(1);
                if self.missing == 2 {
                    self.missing_since = now;
                }
                // An order that was seen here may have been paid from here.
                self.gone |= self.missing >= 2 && self.shown.is_none() && !self.money;
            }
            PollFailure::Forbidden => self.gone = true,
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
    fn works(&mut self, now: u64) {
        self.last_sign = now;
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
        self.last_sign = now;
    }

    /// After a long calm: is what is shown the truth?
    pub(crate) fn finally(&mut self, now: u64, truth: &Order, must_be_equal: bool) {
        if self.gone {
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
    use super::Judge;
    use crate::support::{delivered, order};
    use cr_core::tracking::{Health, PollFailure};

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
        let cases: [Case; 14] = [
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
            ("but it is Done", |judge| judge.finally(1, &delivered(), false)),
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
            ("gave up", |judge| {
                judge.read_failed(1, PollFailure::Unreachable);
                judge.read_failed(2, PollFailure::NotFound);
                judge.says(3, Health::NotFound);
            }),
            ("silent", |judge| {
                judge.read_failed(1, PollFailure::NotFound);
                judge.read_failed(2, PollFailure::NotFound);
                judge.says(2, Health::NotFound);
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
