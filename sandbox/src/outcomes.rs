//! The tags of the shopper's e-mail address: `name+tag@example.com`, several tags joined by further plus signs. One
//! table says what each tag does; `docs/sandbox.md` has the same list.

use super::catalog::Shape;
use super::problems::CODES;
use super::script;

/// What happens to the money on an order at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Money {
    /// The money stays as it was.
    Keep,
    /// The money is this percentage of what is due.
    Percent(i64),
}

/// One state of an order that the supplier will make public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) order_state: &'static str,
    pub(crate) payment_state: &'static str,
    pub(crate) money: Money,
}

const fn step(order_state: &'static str, payment_state: &'static str) -> Step {
    Step { order_state, payment_state, money: Money::Keep }
}

const fn money(percent: i64, order_state: &'static str, payment_state: &'static str) -> Step {
    Step { order_state, payment_state, money: Money::Percent(percent) }
}

const STARTED: Step = money(100, "PaymentStarted", "PaymentRequested");
const RECEIVED: Step = money(100, "PaymentReceived", "PaymentReceived");
const QUEUED: Step = money(100, "WaitingForDelivery", "PaymentReceived");
const DONE: Step = step("Done", "PaymentCompleted");
const REVIEW: Step = step("WaitingForManualAction", "PaymentReceived");
const PARTIAL: Step = money(60, "PartialPaymentStarted", "PaymentRequested");
const EXPIRED: Step = step("Expired", "Expired");
const LAPSED: Step = step("Expired", "ExpiredAfterPaymentDetection");
const REFUNDED: Step = step("Refunded", "Refunded");
const QUARANTINED: Step = step("WaitingForManualAction", "PaymentQuarantined");

/// The steps after an exact payment.
pub(crate) const PAID: &[Step] = &[STARTED, RECEIVED, QUEUED, DONE];
/// The steps after an exact payment that came after the window.
pub(crate) const PAID_LATE: &[Step] = &[RECEIVED, QUEUED, DONE];
/// The steps after too much was paid.
pub(crate) const OVERPAID: &[Step] = &[Step { money: Money::Keep, ..STARTED }, QUARANTINED];
/// The step after too little was paid.
pub(crate) const UNDERPAID: &[Step] = &[Step { money: Money::Keep, ..PARTIAL }];
/// The step after too little was paid after the window.
pub(crate) const UNDERPAID_LATE: &[Step] = &[step("WaitingForManualAction", "ExpiredAfterPaymentDetection")];
/// The step when the window ends and no money has come.
pub(crate) const OVER: &[Step] = &[EXPIRED];
/// The step when the window ends and some money has come.
pub(crate) const OVER_WITH_MONEY: &[Step] = &[LAPSED];

/// The states that the payer page can set, with the payment state that goes with each when none is named.
const SETTABLE: &[Step] = &[
    step("Created", "WalletCreated"),
    Step { money: Money::Percent(0), ..step("WaitingForPayment", "PaymentRequested") },
    STARTED,
    PARTIAL,
    RECEIVED,
    QUEUED,
    REVIEW,
    DONE,
    step("Completed", "PaymentCompleted"),
    EXPIRED,
    step("PaymentFailed", "PaymentFailed"),
    step("PaymentSetupFailed", "PaymentFailed"),
    REFUNDED,
    step("Canceled", "Canceled"),
    step("Cancelled", "Canceled"),
    step("OnHold", "UnderObservation"),
];

const PAYMENT_STATES: &[&str] = &[
    "WalletCreated",
    "PaymentRequested",
    "PaymentReceived",
    "PaymentCompleted",
    "PaymentQuarantined",
    "Expired",
    "ExpiredAfterPaymentDetection",
    "PaymentFailed",
    "Refunded",
    "Canceled",
    "UnderObservation",
];

/// Returns the step to a state by its name, in any letter case, snake case too; `None` for names that are in no table.
pub(crate) fn step_to(state: &str, payment_state: Option<&str>) -> Option<Step> {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let found = SETTABLE.iter().find(|step| plain(step.order_state) == plain(state))?;
    match payment_state {
        None => Some(*found),
        Some(name) => {
            let payment_state = PAYMENT_STATES.iter().find(|known| plain(known) == plain(name))?;
            Some(Step { payment_state, ..*found })
        }
    }
}

/// The tags that make an order change by itself, each with its first state and its path.
const PATHS: &[(&str, &str, &[Step])] = &[
    ("created", "Created", &[]),
    ("waiting_for_payment", "WaitingForPayment", &[]),
    ("wallet_created", "WaitingForPayment", &[]),
    ("payment_requested", "WaitingForPayment", &[step("WaitingForPayment", "PaymentRequested")]),
    ("payment_started", "WaitingForPayment", &[STARTED]),
    ("partial_payment_started", "WaitingForPayment", &[PARTIAL]),
    ("payment_received", "WaitingForPayment", &[STARTED, RECEIVED]),
    ("waiting_for_delivery", "WaitingForPayment", &[STARTED, RECEIVED, QUEUED]),
    ("waiting_for_manual_action", "WaitingForPayment", &[STARTED, RECEIVED, REVIEW]),
    ("done", "WaitingForPayment", PAID),
    ("payment_completed", "WaitingForPayment", PAID),
    ("completed", "WaitingForPayment", &[STARTED, RECEIVED, QUEUED, step("Completed", "PaymentCompleted")]),
    ("expired", "WaitingForPayment", OVER),
    ("expired_after_payment_detection", "WaitingForPayment", &[STARTED, LAPSED]),
    ("payment_failed", "WaitingForPayment", &[STARTED, step("PaymentFailed", "PaymentFailed")]),
    ("payment_setup_failed", "Created", &[step("PaymentSetupFailed", "PaymentFailed")]),
    ("refunded", "WaitingForPayment", &[STARTED, RECEIVED, REVIEW, REFUNDED]),
    ("canceled", "WaitingForPayment", &[step("Canceled", "Canceled")]),
    ("cancelled", "WaitingForPayment", &[step("Cancelled", "Canceled")]),
    ("payment_quarantined", "WaitingForPayment", &[money(101, "PaymentStarted", "PaymentRequested"), QUARANTINED]),
    // Paths that documents or public integrations show, beyond single states.
    ("jump_to_done", "WaitingForPayment", &[money(100, "Done", "PaymentCompleted")]),
    ("partial_then_done", "WaitingForPayment", &[PARTIAL, STARTED, RECEIVED, QUEUED, DONE]),
    ("partial_then_expired", "WaitingForPayment", &[PARTIAL, LAPSED]),
    ("late_payment", "WaitingForPayment", &[EXPIRED, RECEIVED, QUEUED, DONE]),
    ("payment_withdrawn", "WaitingForPayment", &[STARTED, money(0, "WaitingForPayment", "PaymentRequested")]),
    (
        "overpaid_done",
        "WaitingForPayment",
        &[
            money(101, "PaymentStarted", "PaymentRequested"),
            step("PaymentReceived", "PaymentReceived"),
            step("WaitingForDelivery", "PaymentReceived"),
            DONE,
        ],
    ),
    ("refunded_after_done", "WaitingForPayment", &[STARTED, RECEIVED, QUEUED, DONE, REFUNDED]),
    ("manual_then_done", "WaitingForPayment", &[STARTED, RECEIVED, REVIEW, QUEUED, DONE]),
    (
        "failed_then_done",
        "WaitingForPayment",
        &[STARTED, step("PaymentFailed", "PaymentFailed"), RECEIVED, QUEUED, DONE],
    ),
    ("on_hold", "WaitingForPayment", &[STARTED, step("OnHold", "UnderObservation")]),
    (
        "lower_case_states",
        "waitingforpayment",
        &[step("PAYMENTSTARTED", "paymentrequested"), step("done", "paymentcompleted")],
    ),
];

/// Tags that choose what a delivered line carries. Alone they also make the order go on to `Done`.
const SHAPES: &[(&str, Shape)] = &[
    ("code", Shape::Code),
    ("code_link", Shape::CodeLink),
    ("code_serial", Shape::CodeSerial),
    ("link_security", Shape::LinkSecurity),
    ("serial_barcode", Shape::SerialBarcode),
    ("code_multi", Shape::CodeMulti),
    ("code_list", Shape::CodeList),
    ("code_replaced", Shape::CodeReplaced),
    ("code_alias", Shape::CodeAlias),
    ("link_alias", Shape::LinkAlias),
    ("esim", Shape::Esim),
    ("esim_qr_only", Shape::EsimQrOnly),
    ("top_up", Shape::TopUp),
    ("sent_by_email", Shape::SentByEmail),
    ("delivery_failed", Shape::Failed),
    ("late_code", Shape::Late),
];

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The call returns these problems, in the envelope that belongs to the call.
    Problems(&'static [&'static str]),
    /// The call returns `OUT_OF_STOCK` in the envelope of that row of `docs/supplier-api.md` §4.
    Envelope(Envelope),
    /// The call returns that status and a gateway's page; 429 comes with its headers.
    Http(u16),
    /// The response takes this many steps longer.
    Slow(u32),
    /// Creation only: the order is made and no response ever comes.
    MadeThenSilence,
    /// Creation only: the order is made and the connection breaks in the middle of the response.
    MadeThenCut,
    /// Creation only: the order is made and the response is a gateway's 504.
    MadeThenGateway,
    /// Creation only: the response has an order id and problems in one body.
    MadeWithProblems,
    /// The response is 200 with no body at all.
    EmptyBody,
    /// The response is 200 with JSON that ends too early.
    TruncatedBody,
}

/// A row of the table of error envelopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    E1,
    E2,
    E3,
    E4,
    E5,
    E6Message,
    E6Error,
    E6ErrorCode,
    E7Html,
    E7Empty,
}

const FAULTS: &[(&str, Fault)] = &[
    ("two_problems", Fault::Problems(&["OUT_OF_STOCK", "NOT_ALLOWED_PAYMENT_VIA"])),
    ("e1", Fault::Envelope(Envelope::E1)),
    ("e2", Fault::Envelope(Envelope::E2)),
    ("e3", Fault::Envelope(Envelope::E3)),
    ("e4", Fault::Envelope(Envelope::E4)),
    ("e5", Fault::Envelope(Envelope::E5)),
    ("e6", Fault::Envelope(Envelope::E6Message)),
    ("e6_error", Fault::Envelope(Envelope::E6Error)),
    ("e6_error_code", Fault::Envelope(Envelope::E6ErrorCode)),
    ("e7", Fault::Envelope(Envelope::E7Html)),
    ("e7_empty", Fault::Envelope(Envelope::E7Empty)),
    ("400", Fault::Http(400)),
    ("401", Fault::Http(401)),
    ("403", Fault::Http(403)),
    ("408", Fault::Http(408)),
    ("409", Fault::Http(409)),
    ("429", Fault::Http(429)),
    ("500", Fault::Http(500)),
    ("502", Fault::Http(502)),
    ("503", Fault::Http(503)),
    ("504", Fault::Http(504)),
    ("supplier_down", Fault::Http(503)),
    ("slow", Fault::Slow(4)),
    ("very_slow", Fault::Slow(20)),
    ("empty_body", Fault::EmptyBody),
    ("truncated_body", Fault::TruncatedBody),
];

/// Faults that only creation has.
const CREATE_FAULTS: &[(&str, Fault)] = &[
    ("create_timeout", Fault::MadeThenSilence),
    ("create_cut", Fault::MadeThenCut),
    ("create_gateway", Fault::MadeThenGateway),
    ("id_and_problems", Fault::MadeWithProblems),
];

/// An oddity of the order that is returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twist {
    /// Creation asks for this many thousandths more than the quote.
    PriceUp(i64),
    /// Creation asks for this many thousandths less than the quote.
    PriceDown(i64),
    WrongCoin,
    WrongNetwork,
    WrongBrand,
    WrongValue,
    /// The network field is missing.
    NoNetwork,
    /// The deposit address changes after two steps.
    AddressChanges,
    /// The address does not match its own checksum.
    BadAddress,
    /// A memo has to be sent with the payment.
    Memo,
    /// The order has a memo and a different destination tag: one too many.
    TwoMemos,
    /// The amount that was sent is given in words.
    UnreadableSent,
    /// The Lightning invoice has almost 2,000 characters.
    LongInvoice,
    /// Amounts are JSON numbers.
    NumberAmounts,
    /// Fields have the names of the older dialect: `id`, `status`, `expires_at`.
    OldNames,
    /// The payment text does not agree with the fields.
    WrongQr,
}

const TWISTS: &[(&str, Twist)] = &[
    ("price_up", Twist::PriceUp(20)),
    ("price_up_slightly", Twist::PriceUp(5)),
    ("price_down", Twist::PriceDown(60)),
    ("price_down_slightly", Twist::PriceDown(5)),
    ("half_price", Twist::PriceDown(510)),
    ("wrong_coin_back", Twist::WrongCoin),
    ("wrong_network_back", Twist::WrongNetwork),
    ("wrong_brand_back", Twist::WrongBrand),
    ("wrong_value_back", Twist::WrongValue),
    ("no_network_back", Twist::NoNetwork),
    ("address_changes", Twist::AddressChanges),
    ("bad_address", Twist::BadAddress),
    ("memo", Twist::Memo),
    ("two_memos", Twist::TwoMemos),
    ("unreadable_sent", Twist::UnreadableSent),
    ("long_invoice", Twist::LongInvoice),
    ("number_amounts", Twist::NumberAmounts),
    ("old_names", Twist::OldNames),
    ("wrong_qr", Twist::WrongQr),
];

/// Everything that the e-mail addresses of an order ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) validation: Vec<Fault>,
    pub(crate) creation: Vec<Fault>,
    pub(crate) path: Option<(&'static str, &'static [Step])>,
    pub(crate) shape: Option<Shape>,
    pub(crate) twists: Vec<Twist>,
    /// What goes wrong with the order's stream and its reads, in the order of the tags.
    pub(crate) script: Vec<script::Step<script::Fault>>,
    /// How many steps longer reads of this order take.
    pub(crate) slow_reads: u32,
}

impl Wishes {
    /// Reads the tags of these addresses; unknown ones are ignored.
    pub(crate) fn of<'a>(emails: impl IntoIterator<Item = &'a str>) -> Self {
        let mut wishes = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for email in emails {
            let local = email.rsplit_once('@').map_or("", |(local, _)| local);
            for tag in local.split('+').skip(1).map(str::to_ascii_lowercase) {
                if !seen.contains(&tag) {
                    wishes.add(&tag);
                    seen.push(tag);
                }
            }
        }
        if wishes.path.is_none() && wishes.shape.is_some() {
            wishes.path = Some(("WaitingForPayment", PAID));
        }
        wishes
    }

    fn add(&mut self, tag: &str) {
        if let Some((_, first, path)) = PATHS.iter().find(|(name, ..)| *name == tag) {
            self.path = Some((first, path));
        } else if let Some((_, shape)) = SHAPES.iter().find(|(name, _)| *name == tag) {
            self.shape = Some(*shape);
        } else if let Some((_, twist)) = TWISTS.iter().find(|(name, _)| *name == tag) {
            self.twists.push(*twist);
        } else if let Some((_, fault)) = CREATE_FAULTS.iter().find(|(name, _)| *name == tag) {
            self.creation.push(*fault);
        } else if let Some(fault) = fault(tag) {
            self.validation.push(fault);
            self.creation.push(fault);
            if let Fault::Slow(steps) = fault {
                self.slow_reads = steps;
            }
        } else if let Some(fault) = tag.strip_prefix("validation_").and_then(fault) {
            self.validation.push(fault);
        } else if let Some(fault) = tag.strip_prefix("create_").and_then(fault) {
            self.creation.push(fault);
        } else if let Some(step) = script::step_of_tag(tag) {
            self.script.push(step);
        }
    }

    /// Returns whether that twist was asked for.
    pub(crate) fn has(&self, twist: Twist) -> bool {
        self.twists.contains(&twist)
    }
}

fn fault(tag: &str) -> Option<Fault> {
    if let Some((_, fault)) = FAULTS.iter().find(|(name, _)| *name == tag) {
        return Some(*fault);
    }
    let at = CODES.iter().position(|code| code.eq_ignore_ascii_case(tag))?;
    Some(Fault::Problems(&CODES[at..=at]))
}

/// Returns every tag, grouped, for the payer page and for tests.
pub(crate) fn all_tags() -> Vec<(&'static str, Vec<String>)> {
    let names = |rows: &mut dyn Iterator<Item = &'static str>| rows.map(str::to_owned).collect::<Vec<_>>();
    let mut all = vec![
        ("states", names(&mut PATHS.iter().map(|row| row.0))),
        ("deliveries", names(&mut SHAPES.iter().map(|row| row.0))),
        ("orders", names(&mut TWISTS.iter().map(|row| row.0))),
        ("calls", names(&mut FAULTS.iter().chain(CREATE_FAULTS).map(|row| row.0))),
        ("problems", CODES.iter().map(|code| code.to_ascii_lowercase()).collect()),
    ];
    let steps = script::groups();
    all.extend(steps.iter().map(|group| (group.name, names(&mut group.rows.iter().map(|row| row.name)))));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_from_every_address_and_add_up() {
        let wishes = Wishes::of(["a+price_up+create_500@example.com", "b+done+code_link@example.com"]);
        assert_eq!(wishes.creation, [Fault::Http(500)]);
        assert!(wishes.validation.is_empty());
        assert!(wishes.has(Twist::PriceUp(20)));
        assert_eq!(wishes.shape, Some(Shape::CodeLink));
        assert_eq!(wishes.path, Some(("WaitingForPayment", PAID)));
    }

    #[test]
    fn tags_of_faults_make_a_script_in_their_order() {
        let wishes = Wishes::of(["a+drop_x2+done+stream_404+read_429_5s@example.com", "b+cut@example.com"]);
        let names: Vec<&str> = wishes.script.iter().map(|step| step.name).collect();
        assert_eq!(names, ["drop", "stream_404", "read_429", "cut"]);
        assert_eq!(wishes.script[0].times, Some(2));
        assert_eq!(wishes.path, Some(("WaitingForPayment", PAID)));
    }

    #[test]
    fn addresses_without_known_tags_wish_for_nothing() {
        for email in ["shopper@example.com", "shopper+news@example.com", "", "@", "+", "a+b", "done@example.com"] {
            assert_eq!(Wishes::of([email]), Wishes::default(), "{email}");
        }
    }

    #[test]
    fn every_problem_code_has_a_tag_on_both_calls() {
        for code in CODES {
            let wishes = Wishes::of([format!("x+{}@example.com", code.to_ascii_lowercase()).as_str()]);
            assert_eq!(wishes.validation.len(), 1, "{code}");
            assert_eq!(wishes.creation.len(), 1, "{code}");
        }
    }

    /// The transitions of `docs/supplier-api.md` §6.4, and those of states that no document has.
    const MAY_FOLLOW: &[(&str, &[&str])] = &[
        ("Created", &["WaitingForPayment", "PaymentStarted", "PaymentSetupFailed", "Expired", "Canceled"]),
        (
            "WaitingForPayment",
            &[
                "WaitingForPayment",
                "PaymentStarted",
                "PartialPaymentStarted",
                "PaymentReceived",
                "WaitingForDelivery",
                "Done",
                "Expired",
                "PaymentFailed",
                "WaitingForManualAction",
                "Canceled",
                "Cancelled",
                "Refunded",
            ],
        ),
        (
            "PaymentStarted",
            &[
                "PaymentReceived",
                "PartialPaymentStarted",
                "WaitingForDelivery",
                "Done",
                "PaymentFailed",
                "WaitingForManualAction",
                "Expired",
                "Refunded",
                "WaitingForPayment",
                "OnHold",
            ],
        ),
        (
            "PartialPaymentStarted",
            &[
                "PaymentStarted",
                "PaymentReceived",
                "WaitingForDelivery",
                "Done",
                "WaitingForManualAction",
                "Expired",
                "Refunded",
            ],
        ),
        ("PaymentReceived", &["WaitingForDelivery", "Done", "WaitingForManualAction", "Refunded"]),
        ("WaitingForDelivery", &["Done", "Completed", "WaitingForManualAction", "Refunded"]),
        (
            "WaitingForManualAction",
            &["WaitingForDelivery", "Done", "Refunded", "Expired", "PaymentFailed", "WaitingForPayment"],
        ),
        ("PaymentFailed", &["WaitingForManualAction", "Refunded", "PaymentReceived", "WaitingForDelivery", "Done"]),
        (
            "Expired",
            &["PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done", "WaitingForManualAction", "Refunded"],
        ),
        ("Done", &["Refunded"]),
        ("waitingforpayment", &["PAYMENTSTARTED"]),
        ("PAYMENTSTARTED", &["done"]),
    ];

    fn check(name: &str, first: &str, path: &[Step]) {
        let mut from = first;
        for step in path {
            let allowed = MAY_FOLLOW.iter().find(|(state, _)| *state == from).map_or(&[][..], |(_, next)| next);
            assert!(allowed.contains(&step.order_state), "{name}: {from} to {}", step.order_state);
            from = step.order_state;
        }
    }

    #[test]
    fn every_walk_follows_the_documented_transitions() {
        for (name, first, path) in PATHS {
            check(name, first, path);
        }
        for first in ["Created", "WaitingForPayment", "PartialPaymentStarted"] {
            check("paid", first, PAID);
        }
        for path in [PAID_LATE, UNDERPAID_LATE, OVERPAID] {
            check("late", "Expired", path);
        }
        for path in [UNDERPAID, OVERPAID, OVER] {
            check("in time", "WaitingForPayment", path);
        }
        check("over", "PartialPaymentStarted", OVER_WITH_MONEY);
    }

    #[test]
    fn no_tag_means_two_things() {
        let mut tags: Vec<String> = all_tags().into_iter().flat_map(|(_, tags)| tags).collect();
        let count = tags.len();
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), count);
    }
}
