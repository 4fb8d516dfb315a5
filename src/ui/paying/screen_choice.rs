//! Which screen the current order asks for: the one place where a stage becomes a screen.

use cr_core::{
    catalog::Network,
    checkout::Checkout,
    money::CoinAmount,
    order::{NotPayable, OrderState, Stage},
    payment::{Instruction, NoInstruction},
    tracking::Health,
};
use leptos::prelude::{Get as _, With as _};

use crate::{app::Store, ui::parts::Tone};

/// One screen of an order. Equal scenes keep their screen, so a new snapshot moves nothing that has not changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scene {
    /// The shopper is to pay the whole amount or the remainder.
    Pay(Box<Payable>),
    /// There is nothing to do but watch: a payment was seen, or is being confirmed.
    Track,
    /// The goods have arrived or are on their way.
    Receipt,
    /// Something has happened that has to be explained.
    Trouble(Case),
}

/// A payment that may be asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Payable {
    /// All values that are shown.
    pub(super) instruction: Instruction,
    /// Whether a part has arrived and only the remainder is asked for.
    pub(super) is_rest: bool,
    /// What arrived, if the supplier says so.
    pub(super) received: Option<CoinAmount>,
    /// What the shopper had agreed to pay of it, where that is another amount.
    pub(super) agreed: Option<CoinAmount>,
}

/// What can happen to an order other than that it goes well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// A payment was seen and went away.
    Withdrawn,
    /// The money is held.
    Held,
    /// A person looks at the order.
    Review,
    /// The payment window passed without a sign of money.
    Expired,
    /// The payment window passed after a sign of money.
    ExpiredMoney,
    /// The attempt to pay failed.
    Failed,
    /// No payment could be set up.
    SetupFailed,
    /// The money was sent back.
    Refunded,
    /// The order was called off.
    Canceled,
    /// The order is in a state that we do not know.
    InProgress,
    /// The order is not the one that was asked for.
    Mismatch,
    /// The supplier sent two different addresses for one order.
    AddressChanged,
    /// The order is dearer than agreed to, and was left without agreeing.
    Dearer,
    /// The order is so much cheaper than agreed to that it is probably something else, or it was left without agreeing.
    Cheaper,
    /// The order has no address, or no amount.
    Incomplete,
    /// Something of the order other than its state cannot be read.
    Unreadable,
    /// The address does not fit its network.
    BadAddress,
    /// The amount and the payment details do not agree.
    BadAmount,
    /// The memo cannot be shown, or is not the only one.
    BadMemo,
    /// A part arrived, and the supplier does not say how much.
    PartUnclear,
    /// The order cannot be found.
    NotFound,
    /// The order may not be read.
    Forbidden,
}

/// How a case ends, as far as this page is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The order goes on by itself, or may do so: look again.
    Wait,
    /// Only a person can move the order on.
    Support,
    /// The order goes on by itself; when nothing was sent and the grace has passed, a new one can be made.
    WaitThenNew,
    /// The order is over: a new one can be made.
    New,
}

impl Case {
    /// Every case, for the test that compares them with the message files.
    #[cfg(test)]
    pub(super) const ALL: [Self; 22] = [
        Self::Withdrawn,
        Self::Held,
        Self::Review,
        Self::Expired,
        Self::ExpiredMoney,
        Self::Failed,
        Self::SetupFailed,
        Self::Refunded,
        Self::Canceled,
        Self::InProgress,
        Self::Mismatch,
        Self::AddressChanged,
        Self::Dearer,
        Self::Cheaper,
        Self::Incomplete,
        Self::Unreadable,
        Self::BadAddress,
        Self::BadAmount,
        Self::BadMemo,
        Self::PartUnclear,
        Self::NotFound,
        Self::Forbidden,
    ];

    /// Returns its part of the message keys: `trouble.<name>.title` and so on.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Held => "held",
            Self::Review => "review",
            Self::Expired => "expired",
            Self::ExpiredMoney => "expired_money",
            Self::Failed => "failed",
            Self::SetupFailed => "setup_failed",
            Self::Refunded => "refunded",
            Self::Canceled => "canceled",
            Self::InProgress => "in_progress",
            Self::Mismatch => "mismatch",
            Self::AddressChanged => "address_changed",
            Self::Dearer => "dearer",
            Self::Cheaper => "cheaper",
            Self::Incomplete => "incomplete",
            Self::Unreadable => "unreadable",
            Self::BadAddress => "bad_address",
            Self::BadAmount => "bad_amount",
            Self::BadMemo => "bad_memo",
            Self::PartUnclear => "part_unclear",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
        }
    }

    /// Whether its words on money and on what to do assume that nothing was paid, or leave it open.
    pub(super) const fn speaks_to_the_unpaid(self) -> bool {
        matches!(
            self,
            Self::NotFound
                | Self::Forbidden
                | Self::Failed
                | Self::Canceled
                | Self::SetupFailed
                | Self::Mismatch
                | Self::Dearer
                | Self::Cheaper
                | Self::BadAddress
                | Self::BadAmount
                | Self::BadMemo
                | Self::Incomplete
                | Self::Unreadable
        )
    }

    /// Returns how the case ends. Once there was a sign of money, a new order would be a second payment: a person moves
    /// the first one on, unless its money went back.
    pub(super) const fn way(self, money_seen: bool) -> Way {
        match self {
            // An order that cannot be found or read is asked for again: its money may be on its way.
            Self::Withdrawn
            | Self::Review
            | Self::InProgress
            | Self::PartUnclear
            | Self::Incomplete
            | Self::Unreadable
            | Self::NotFound
            | Self::Forbidden => Way::Wait,
            Self::Held | Self::ExpiredMoney | Self::AddressChanged => Way::Support,
            Self::Refunded => Way::New,
            Self::Expired
            | Self::Failed
            | Self::SetupFailed
            | Self::Canceled
            | Self::Mismatch
            | Self::Dearer
            | Self::Cheaper
            | Self::BadAddress
            | Self::BadAmount
            | Self::BadMemo
                if money_seen =>
            {
                Way::Support
            }
            // The earlier amount may have been sent while the order stood open to pay.
            Self::Expired | Self::Failed | Self::Dearer | Self::Cheaper => Way::WaitThenNew,
            Self::SetupFailed
            | Self::Canceled
            | Self::Mismatch
            | Self::BadAddress
            | Self::BadAmount
            | Self::BadMemo => Way::New,
        }
    }

    /// Returns what kind of news it is.
    pub(super) const fn tone(self) -> Tone {
        match self {
            Self::ExpiredMoney
            | Self::Failed
            | Self::SetupFailed
            | Self::Mismatch
            | Self::AddressChanged
            | Self::Dearer
            | Self::Cheaper
            | Self::BadAddress
            | Self::BadAmount
            | Self::BadMemo => Tone::Bad,
            Self::Withdrawn
            | Self::Held
            | Self::Expired
            | Self::PartUnclear
            | Self::Unreadable
            | Self::NotFound
            | Self::Forbidden => Tone::Warn,
            Self::Review | Self::Refunded | Self::Canceled | Self::InProgress | Self::Incomplete => Tone::Info,
        }
    }

    /// Whether the order is still read from the server.
    pub(super) const fn is_watched(self) -> bool {
        match self {
            Self::SetupFailed | Self::Refunded | Self::Canceled => false,
            Self::NotFound
            | Self::Forbidden
            | Self::Withdrawn
            | Self::Held
            | Self::Review
            | Self::Expired
            | Self::ExpiredMoney
            | Self::Failed
            | Self::InProgress
            | Self::Mismatch
            | Self::AddressChanged
            | Self::Dearer
            | Self::Cheaper
            | Self::Incomplete
            | Self::Unreadable
            | Self::BadAddress
            | Self::BadAmount
            | Self::BadMemo
            | Self::PartUnclear => true,
        }
    }
}

/// Returns what the current order asks for; `None` without one. `via` is the catalogue's entry for its network. An
/// order that cannot be read any more is not shown as payable, nor is one without a safe instruction.
pub(super) fn scene(checkout: &Checkout, health: Health, via: Option<&Network>) -> Option<Scene> {
    let stage = checkout.stage()?;
    let unreadable = match health {
        Health::NotFound => Some(Case::NotFound),
        Health::Forbidden => Some(Case::Forbidden),
        Health::Connecting | Health::Live | Health::Polling | Health::CatchingUp | Health::Offline | Health::Ended => {
            None
        }
    };
    let case = match (stage, unreadable) {
        // An order that has arrived or ended stays so, whether or not it can be read again.
        (Stage::Done { .. }, _) => return Some(Scene::Receipt),
        (Stage::Refunded, _) => Case::Refunded,
        (Stage::Canceled, _) => Case::Canceled,
        (Stage::SetupFailed, _) => Case::SetupFailed,
        (_, Some(case)) => case,
        (Stage::AwaitingPayment { .. }, None) => return Some(payable(checkout, via, false, None)),
        (Stage::PartlyPaid { received, .. }, None) => return Some(payable(checkout, via, true, received)),
        // An item that has arrived is shown, however the others are doing.
        (Stage::PaymentSeen | Stage::Delivering | Stage::InProgress, None) if has_arrivals(checkout) => {
            return Some(Scene::Receipt);
        }
        (Stage::PaymentSeen | Stage::Delivering, None) => return Some(Scene::Track),
        (Stage::NotPayable(reason), None) => {
            let case = guard_case(reason, matches!(checkout, Checkout::Following { .. }));
            let has_memo_doubt = checkout.order().is_some_and(|order| order.memo_doubt.is_some());
            if case == Case::Unreadable && has_memo_doubt { Case::BadMemo } else { case }
        }
        (Stage::PaymentWithdrawn, None) => Case::Withdrawn,
        (Stage::Held, None) => Case::Held,
        (Stage::InReview, None) => Case::Review,
        (Stage::Expired { money_seen: false }, None) => Case::Expired,
        (Stage::Expired { money_seen: true }, None) => Case::ExpiredMoney,
        (Stage::Failed, None) => Case::Failed,
        (Stage::InProgress, None) => Case::InProgress,
    };
    Some(Scene::Trouble(case))
}

/// Returns the scene of the current order, tracked. `None` without an order, and for one that asks for money while the
/// coins and networks that give its units, its contract and its chain are still loading.
pub(super) fn scene_now(store: Store) -> Option<Scene> {
    let via = store.order_network();
    store.checkout.with(|checkout| {
        let scene = scene(checkout, store.health.get(), via.as_ref())?;
        let is_unread = matches!(scene, Scene::Trouble(Case::NotFound | Case::Forbidden));
        let asks = matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. } | Stage::PartlyPaid { .. }));
        (is_unread || !asks || !store.awaits_units()).then_some(scene)
    })
}

/// Whether some of the order is delivered.
pub(super) fn has_arrivals(checkout: &Checkout) -> bool {
    checkout.order().is_some_and(|order| order.arrived().0 > 0)
}

/// Whether what has arrived is shown beside a screen that is about something else. Goods that were delivered in full
/// and paid back are the shopper's no longer.
pub(super) fn shows_arrivals(checkout: &Checkout) -> bool {
    checkout.order().is_some_and(|order| {
        let (arrived, all) = order.arrived();
        let is_taken_back = matches!(order.state, OrderState::Refunded | OrderState::Canceled);
        arrived > 0 && !(is_taken_back && arrived == all)
    })
}

/// Whether the current order is shown by its goods, judged by the order alone: without its health and its network.
pub(crate) fn is_receipt(checkout: &Checkout) -> bool {
    matches!(scene(checkout, Health::Connecting, None), Some(Scene::Receipt))
}

fn payable(checkout: &Checkout, via: Option<&Network>, is_rest: bool, received: Option<CoinAmount>) -> Scene {
    match checkout.instruction(via) {
        Ok(instruction) => {
            let agreed = agreed_part(checkout, is_rest, received.as_ref());
            Scene::Pay(Box::new(Payable { instruction, is_rest, received, agreed }))
        }
        // The amount is too small to be sent, so the order counts as paid.
        Err(NoInstruction::LessThanAUnit) if has_arrivals(checkout) => Scene::Receipt,
        Err(NoInstruction::LessThanAUnit) => Scene::Track,
        Err(reason) => Scene::Trouble(match reason {
            // A part has arrived, so money is in play: those words come first.
            _ if is_rest => Case::PartUnclear,
            NoInstruction::Guarded(reason) => guard_case(reason, false),
            NoInstruction::NotAwaited | NoInstruction::NetworkUnknown => Case::Incomplete,
            NoInstruction::OtherNetwork => Case::Mismatch,
            NoInstruction::Address(_) | NoInstruction::IsContract => Case::BadAddress,
            NoInstruction::InvoiceAmount => Case::BadAmount,
            NoInstruction::BadMemo => Case::BadMemo,
            NoInstruction::NoRemainder | NoInstruction::LessThanAUnit => Case::PartUnclear,
        }),
    }
}

/// Returns what the shopper had agreed to pay of the amount that is asked for, where the order has moved away from it.
fn agreed_part(checkout: &Checkout, is_rest: bool, received: Option<&CoinAmount>) -> Option<CoinAmount> {
    let (agreed, order) = (checkout.agreed()?, checkout.order()?);
    if order.to_pay().as_ref() == Some(&agreed) {
        return None;
    }
    if is_rest { Some(order.in_units(&agreed.checked_sub(received?)?)) } else { Some(agreed) }
}

/// Whether an order that calls itself partly paid has received everything, or everything but less than a unit of the
/// coin: it is followed like a paid one.
pub(super) fn is_settled(checkout: &Checkout, via: Option<&Network>) -> bool {
    let is_partly_paid = checkout.order().is_some_and(|order| order.state == OrderState::PartialPaymentStarted);
    is_partly_paid
        && (checkout.stage() == Some(Stage::PaymentSeen)
            || checkout.instruction(via) == Err(NoInstruction::LessThanAUnit))
}

const fn guard_case(reason: NotPayable, money_seen: bool) -> Case {
    match reason {
        NotPayable::AddressChanged => Case::AddressChanged,
        // Only a remainder is asked for after money was seen, so a part has arrived.
        NotPayable::Incomplete
        | NotPayable::Mismatch
        | NotPayable::Dearer
        | NotPayable::Cheaper
        | NotPayable::Unreadable
            if money_seen =>
        {
            Case::PartUnclear
        }
        NotPayable::Incomplete => Case::Incomplete,
        NotPayable::Unreadable => Case::Unreadable,
        NotPayable::Mismatch => Case::Mismatch,
        NotPayable::Dearer => Case::Dearer,
        NotPayable::Cheaper => Case::Cheaper,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cr_core::{checkout::Guards, problem::ProblemCode};

    const FILES: [(&str, &str); 3] = [
        ("en", include_str!("../../i18n/locales/en.json")),
        ("it", include_str!("../../i18n/locales/it.json")),
        ("ja", include_str!("../../i18n/locales/ja.json")),
    ];

    fn missing(keys: &[String]) -> Vec<String> {
        let mut missing = Vec::new();
        for (lang, file) in FILES {
            let messages: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(file).expect("a JSON object");
            missing.extend(keys.iter().filter(|key| !messages.contains_key(*key)).map(|key| format!("{lang}: {key}")));
        }
        missing
    }

    #[test]
    fn every_case_says_what_happened_whether_money_is_safe_what_is_next_and_what_to_do() {
        let parts = ["title", "happened", "money", "next", "do"];
        let keys: Vec<_> =
            Case::ALL.iter().flat_map(|case| parts.map(|part| format!("trouble.{}.{part}", case.name()))).collect();
        assert_eq!(missing(&keys), Vec::<String>::new());
    }

    #[test]
    fn nobody_who_may_have_sent_is_told_that_nothing_was_paid() {
        // A shopper who saw an address may have sent to it from a wallet of their own, so the words may only say what
        // was seen.
        let seen = ["No payment was seen", "Non risulta alcun pagamento", "お支払いは確認されて"];
        for ((lang, file), seen) in FILES.into_iter().zip(seen) {
            let messages: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(file).expect("a JSON object");
            for case in [
                Case::SetupFailed,
                Case::Mismatch,
                Case::Dearer,
                Case::Cheaper,
                Case::Incomplete,
                Case::BadAddress,
                Case::BadAmount,
                Case::BadMemo,
            ] {
                let told = messages[&format!("trouble.{}.money", case.name())].as_str().expect("a text");
                assert!(told.starts_with(seen), "{lang} {case:?}: {told}");
            }
        }
    }

    #[test]
    fn every_problem_code_has_words_of_its_own_in_every_language() {
        let keys: Vec<_> = ProblemCode::ALL.iter().map(|code| format!("problem.{code}")).collect();
        assert_eq!(missing(&keys), Vec::<String>::new());
        let english: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(FILES[0].1).expect("a JSON object");
        let mut texts: Vec<_> = keys.iter().filter_map(|key| english[key].as_str()).collect();
        let count = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), count, "two codes share their words");
    }

    fn waiting(address: &str) -> Checkout {
        let body = serde_json::json!({
            "order_id": "order-1", "order_state": "WaitingForPayment", "payment_state": "WalletCreated",
            "coin": "USDC", "network": "Solana", "coin_amount": "10.5", "sent_coin_amount": "0",
            "wallet_address": address, "created_at": "1790000000", "deliveries": []
        });
        Checkout::resume(cr_core::wire::order(200, &body.to_string()).expect("an order"), false, Guards::default())
    }

    #[test]
    fn h13_what_was_agreed_to_is_told_where_the_order_asks_for_something_else() {
        let body = |state: &str, due: &str, sent: &str| {
            serde_json::json!({
                "order_id": "order-1", "order_state": state, "payment_state": "WalletCreated",
                "coin": "USDC", "network": "Solana", "coin_amount": due, "sent_coin_amount": sent,
                "wallet_address": "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF", "deliveries": []
            })
        };
        for (state, due, sent, expected) in [
            ("WaitingForPayment", "10.5", "0", None),
            ("WaitingForPayment", "10.50", "0", None),
            ("WaitingForPayment", "10.55", "0", Some("10.5")),
            ("WaitingForPayment", "10.45", "0", Some("10.5")),
            ("PartialPaymentStarted", "10.5", "4", None),
            ("PartialPaymentStarted", "10.55", "4", Some("6.5")),
        ] {
            let order = cr_core::wire::order(200, &body(state, due, sent).to_string()).expect("an order");
            let known = Guards { agreed: "10.5".parse().ok(), ..Guards::default() };
            let Some(Scene::Pay(payable)) = scene(&Checkout::resume(order, false, known), Health::Live, None) else {
                panic!("not payable: {state} {due}")
            };
            assert_eq!(payable.agreed.as_ref().map(CoinAmount::as_str), expected, "{state} {due} {sent}");
        }
    }

    #[test]
    fn an_order_that_cannot_be_read_is_not_shown_as_payable() {
        let checkout = waiting("4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF");
        for (health, case) in [
            (Health::Live, None),
            (Health::Offline, None),
            (Health::NotFound, Some(Case::NotFound)),
            (Health::Forbidden, Some(Case::Forbidden)),
        ] {
            let shown = match scene(&checkout, health, None) {
                Some(Scene::Pay(payable)) => {
                    assert_eq!(payable.instruction.amount.as_str(), "10.5");
                    None
                }
                Some(Scene::Trouble(case)) => Some(case),
                other => panic!("{health:?}: {other:?}"),
            };
            assert_eq!(shown, case, "{health:?}");
        }
    }

    #[test]
    fn g01_an_item_is_shown_when_it_has_arrived() {
        // What each line of the order has come to; whether the order's screen is the goods, and whether they stand
        // beside another screen.
        let (receipt, track) = (Some(Scene::Receipt), Some(Scene::Track));
        let trouble = |case| Some(Scene::Trouble(case));
        for (state, lines, health, expected, beside) in [
            ("WaitingForDelivery", "dpp", Health::Live, receipt.clone(), true),
            ("WaitingForDelivery", "ppp", Health::Live, track.clone(), false),
            ("PaymentReceived", "pd", Health::Live, receipt.clone(), true),
            ("PaymentStarted", "pd", Health::Live, receipt.clone(), true),
            ("PartlyDelivered", "dp", Health::Live, receipt.clone(), true),
            ("PartlyDelivered", "pp", Health::Live, trouble(Case::InProgress), false),
            ("WaitingForManualAction", "df", Health::Live, trouble(Case::Review), true),
            ("WaitingForDelivery", "dp", Health::NotFound, trouble(Case::NotFound), true),
            ("Refunded", "df", Health::Live, trouble(Case::Refunded), true),
            ("Refunded", "dd", Health::Live, trouble(Case::Refunded), false),
            ("Done", "dp", Health::NotFound, receipt, true),
        ] {
            let lines: Vec<_> = lines
                .chars()
                .map(|line| {
                    let word = if line == 'd' { "Succeeded" } else if line == 'f' { "Failed" } else { "Processing" };
                    let code = (line == 'd').then_some("AAAA");
                    serde_json::json!({ "delivery_state": word, "deliverable": { "brand_name": "A", "pin_code": code } })
                })
                .collect();
            let body = serde_json::json!({
                "order_id": "order-1", "order_state": state, "coin": "USDC", "network": "Solana", "deliveries": lines
            });
            let order = cr_core::wire::order(200, &body.to_string()).expect("an order");
            let checkout = Checkout::resume(order, true, Guards::default());
            assert_eq!(scene(&checkout, health, None), expected, "{state} {health:?}");
            assert_eq!(shows_arrivals(&checkout), beside, "{state} {health:?}");
        }
    }

    #[test]
    fn a_new_order_is_not_the_way_once_there_was_money_unless_it_went_back() {
        for case in Case::ALL {
            let way = case.way(true);
            assert!(!matches!(way, Way::New | Way::WaitThenNew) || case == Case::Refunded, "{case:?}: {way:?}");
            let is_new_before = matches!(case.way(false), Way::New | Way::WaitThenNew);
            assert_eq!(way, if is_new_before && case != Case::Refunded { Way::Support } else { case.way(false) });
        }
        // An order that stood open to pay before may have been paid by a wallet that this page does not know of.
        for case in [Case::Failed, Case::Dearer, Case::Cheaper] {
            assert_eq!(case.way(false), Way::WaitThenNew, "{case:?}");
        }
        assert_eq!([false, true].map(|money_seen| Case::NotFound.way(money_seen)), [Way::Wait; 2]);
        assert_eq!([false, true].map(|money_seen| Case::Forbidden.way(money_seen)), [Way::Wait; 2]);
    }

    #[test]
    fn an_order_that_was_barred_says_why_it_is_not_payable() {
        let body = |state: &str| {
            serde_json::json!({
                "order_id": "order-1", "order_state": state, "payment_state": "WalletCreated",
                "coin": "USDC", "network": "Solana", "coin_amount": "10.5", "sent_coin_amount": "0",
                "wallet_address": "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF", "deliveries": []
            })
        };
        for (reason, unpaid, partly_paid) in [
            (NotPayable::Incomplete, Case::Incomplete, Case::PartUnclear),
            (NotPayable::Mismatch, Case::Mismatch, Case::PartUnclear),
            (NotPayable::Dearer, Case::Dearer, Case::PartUnclear),
            (NotPayable::Cheaper, Case::Cheaper, Case::PartUnclear),
            (NotPayable::AddressChanged, Case::AddressChanged, Case::AddressChanged),
        ] {
            for (state, case) in [("WaitingForPayment", unpaid), ("PartialPaymentStarted", partly_paid)] {
                let order = cr_core::wire::order(200, &body(state).to_string()).expect("an order");
                let checkout =
                    Checkout::resume(order, false, Guards { not_payable: Some(reason), ..Guards::default() });
                assert_eq!(scene(&checkout, Health::Live, None), Some(Scene::Trouble(case)), "{reason:?} {state}");
            }
        }
    }

    #[test]
    fn less_than_a_unit_missing_is_followed_like_a_payment_and_what_cannot_be_read_is_said() {
        let with_lines = |state: &str, received: serde_json::Value, lines: serde_json::Value| {
            let body = serde_json::json!({
                "order_id": "order-1", "order_state": state, "coin": "BTC", "network": "Mainnet",
                "coin_amount": "0.1000000001", "sent_coin_amount": received, "deliveries": lines,
                "wallet_address": "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
            });
            Checkout::resume(cr_core::wire::order(200, &body.to_string()).expect("an order"), false, Guards::default())
        };
        let order = |state: &str, received| with_lines(state, received, serde_json::json!([]));
        let part = "PartialPaymentStarted";
        // The part that has arrived is shown.
        for received in ["0.1", "0.1000000001", "0.2"] {
            let lines = serde_json::json!([
                { "deliverable": { "brand_name": "A", "pin_code": "AAAA" } }, { "deliverable": { "brand_name": "A" } }
            ]);
            let settled = with_lines(part, received.into(), lines);
            assert_eq!(scene(&settled, Health::Live, None), Some(Scene::Receipt), "{received}");
        }
        for received in ["0.1", "0.1000000001", "0.2"] {
            let settled = order(part, received.into());
            assert_eq!((scene(&settled, Health::Live, None), is_settled(&settled, None)), (Some(Scene::Track), true));
        }
        for (checkout, expected) in [
            (order(part, "0.09999999".into()), Case::PartUnclear),
            (order(part, "abc".into()), Case::PartUnclear),
            (order("WaitingForPayment", "abc".into()), Case::Unreadable),
        ] {
            assert_eq!(scene(&checkout, Health::Live, None), Some(Scene::Trouble(expected)));
            assert!(!is_settled(&checkout, None));
        }
        assert!(matches!(scene(&order(part, "0.05".into()), Health::Live, None), Some(Scene::Pay(_))));
    }

    #[test]
    fn an_address_of_another_network_is_never_shown() {
        let checkout = waiting("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq");
        assert_eq!(scene(&checkout, Health::Live, None), Some(Scene::Trouble(Case::BadAddress)));
    }
}
