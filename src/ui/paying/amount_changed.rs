//! The notice that an amount changed, or that a memo was added, while the order stood to be paid: what was copied
//! before is not right any more.

use cr_core::{
    chain::Address,
    money::CoinAmount,
    order::{Order, OrderId},
};
use leptos::prelude::*;

use super::screen_choice::Payable;
use crate::ui::{
    expect_announcer, expect_i18n, expect_store,
    parts::{Notice, Tone, message::isolate},
};

/// The id of the order that stood to be paid without a memo. It is in context while the purchase is on screen, since
/// other screens of the order may come in between.
#[derive(Clone, Copy)]
pub(crate) struct WithoutMemo(StoredValue<Option<OrderId>>);

impl WithoutMemo {
    /// Puts an empty record into the context of the screens below.
    pub(crate) fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }

    /// Returns the memo of what stands to be paid now, where the same order had none before: on this page, or before it
    /// was left.
    fn added(self, order: &Order, memo: Option<String>) -> Option<String> {
        if memo.is_none() {
            self.0.try_set_value(Some(order.id.clone()));
        }
        let stood_here = self.0.try_get_value().flatten().is_some_and(|id| id == order.id);
        memo.filter(|_| stood_here || was_told_without_memo(order))
    }
}

/// Whether the order's payee had no memo, as far as it was known when the order was left.
fn was_told_without_memo(order: &Order) -> bool {
    order.known_payee.as_ref().is_some_and(|known| !known.has_memo())
}

/// What is asked for: where to, whether it is a remainder, and how much.
#[derive(Clone, PartialEq)]
struct Asked {
    address: Address,
    is_rest: bool,
    amount: CoinAmount,
    /// What the shopper had agreed to, where that is another amount.
    agreed: Option<CoinAmount>,
}

/// What was asked for last, and what it was before that, if it was another amount.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    asked: Option<Asked>,
    was: Option<CoinAmount>,
}

/// Returns the record after one more look. A remainder is news of its own, and so is another order: at first its amount
/// is compared with what was agreed to, and later with what stood here.
fn after(before: Option<&Seen>, now: Option<Asked>) -> Seen {
    let before = before.cloned().unwrap_or_default();
    match (before.asked, now) {
        (asked, None) => Seen { asked, ..before },
        (Some(last), Some(now)) if last.address == now.address => {
            let was = match (last.is_rest == now.is_rest, last.amount == now.amount) {
                (true, true) => before.was,
                (true, false) => Some(last.amount),
                (false, _) => unlike_agreed(&now),
            };
            Seen { was, asked: Some(now) }
        }
        (_, Some(now)) => Seen { was: unlike_agreed(&now), asked: Some(now) },
    }
}

/// Returns what was agreed to, where another amount is asked for.
fn unlike_agreed(now: &Asked) -> Option<CoinAmount> {
    now.agreed.clone().filter(|agreed| *agreed != now.amount)
}

/// The notices "the amount changed" and "a memo was added". Each is announced once a change. Draws nothing before one.
pub(super) fn amount_changed(payable: Memo<Option<Box<Payable>>>) -> AnyView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let without: WithoutMemo = expect_context();
    let seen = Memo::new(move |before: Option<&Seen>| {
        let now = payable.with(|payable| {
            let Payable { instruction, is_rest, agreed, .. } = &**payable.as_ref()?;
            let (address, amount) = (instruction.address.clone(), instruction.amount.clone());
            Some(Asked { address, is_rest: *is_rest, amount, agreed: agreed.clone() })
        });
        after(before, now)
    });
    let added = Memo::new(move |_| {
        let memo = payable.with(|payable| Some(payable.as_ref()?.instruction.memo.clone()))?;
        store.checkout.with_untracked(|checkout| without.added(checkout.order()?, memo))
    });
    let news = Memo::new(move |_| {
        let prices = seen.with(|seen| Some((seen.asked.as_ref()?.amount.clone(), seen.was.clone()?)));
        let coin = payable.with_untracked(|payable| Some(payable.as_ref()?.instruction.coin.clone()));
        let money = |amount: &CoinAmount, coin: &str| [amount.as_str(), "\u{a0}", coin].concat();
        let prices = prices.zip(coin).map(|((now, was), coin)| {
            let [now, was] = CoinAmount::aligned([&now, &was]).map(|amount| money(&amount, &coin));
            (now, was)
        });
        [
            prices.map(|(amount, was)| ("pay.amount_changed", vec![("amount", amount), ("was", was)])),
            added.get().map(|memo| ("pay.memo_added", vec![("memo", memo)])),
        ]
    });
    let text = move |(key, values): &(&'static str, Vec<(&'static str, String)>)| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, isolate(i18n, value))).collect();
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        i18n.tf(key, &values)
    };
    Effect::new(move || {
        let said: Vec<String> = news.get().iter().flatten().map(|news| untrack(|| text(news))).collect();
        if !said.is_empty() {
            announcer.say(said.join(" "));
        }
    });
    let notice = move |news| view! { <Notice tone=Tone::Warn title=move || text(&news) /> };
    (move || news.get().into_iter().flatten().map(notice).collect_view()).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cr_core::{
        chain::Chain,
        checkout::{Checkout, Guards},
        order::Payee,
    };

    fn asked(address: &str, is_rest: bool, amount: &str) -> Option<Asked> {
        let address = Address::parse(Chain::Solana, address).expect("an address");
        Some(Asked { address, is_rest, amount: amount.parse().expect("an amount"), agreed: "10.5".parse().ok() })
    }

    #[test]
    fn only_another_amount_for_the_same_payment_is_a_change() {
        let here = "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF";
        let there = "AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS";
        let mut seen = None;
        for (step, (now, was)) in [
            (asked(here, false, "10.5"), None),
            (asked(here, false, "10.50"), None),
            (None, None),
            (asked(here, false, "10.52"), Some("10.50")),
            (None, Some("10.50")),
            (asked(here, false, "10.52"), Some("10.50")),
            (asked(here, false, "10.4"), Some("10.52")),
            (asked(here, false, "10.5"), Some("10.4")),
            (asked(here, true, "10.5"), None),
            (asked(here, true, "3"), Some("10.5")),
            // From the first look on, the amount is not what was agreed to.
            (asked(there, false, "10.45"), Some("10.5")),
            (asked(there, false, "10.45"), Some("10.5")),
            (asked(there, true, "4"), Some("10.5")),
        ]
        .into_iter()
        .enumerate()
        {
            seen = Some(after(seen.as_ref(), now));
            let told = seen.as_ref().and_then(|seen| seen.was.as_ref()).map(CoinAmount::as_str);
            assert_eq!(told, was, "step {step}");
        }
    }

    fn order(id: &str, memo: Option<&str>) -> Order {
        let body = serde_json::json!({
            "order_id": id, "order_state": "WaitingForPayment", "coin": "USDC", "network": "Solana", "coin_amount": "10",
            "wallet_address": "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF", "memo": memo, "deliveries": []
        });
        cr_core::wire::order(200, &body.to_string()).expect("an order")
    }

    #[test]
    fn u10_a_memo_that_is_added_is_news_and_one_from_the_beginning_is_not() {
        let owner = Owner::new();
        owner.set();
        let without = WithoutMemo(StoredValue::new(None));
        // Whatever screens come in between, an order that stood here without a memo is remembered.
        for (step, (id, memo, is_news)) in [
            ("order-1", None, false),
            ("order-1", Some("7"), true),
            ("order-1", Some("7"), true),
            ("order-2", Some("8"), false),
            ("order-2", Some("8"), false),
        ]
        .into_iter()
        .enumerate()
        {
            let order = order(id, memo);
            let told = without.added(&order, order.memo.clone());
            assert_eq!(told.as_deref(), memo.filter(|_| is_news), "step {step}");
        }
    }

    #[test]
    fn u10_a_memo_that_came_while_the_order_was_left_is_news_too() {
        let owner = Owner::new();
        owner.set();
        for (before, now, is_news) in [(None, Some("7"), true), (Some("7"), Some("7"), false), (None, None, false)] {
            let known = Guards { payee: Payee::of(&order("order-1", before)), ..Guards::default() };
            let checkout = Checkout::resume(order("order-1", now), false, known);
            let order = checkout.order().expect("an order");
            let told = WithoutMemo(StoredValue::new(None)).added(order, order.memo.clone());
            assert_eq!(told.as_deref(), now.filter(|_| is_news), "{before:?} {now:?}");
        }
    }
}
