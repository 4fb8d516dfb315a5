//! Word of an amount that changed, or of a memo that was added, while it stood to be paid: what was copied before is not right any
//! more.

use cr_core::{money::CoinAmount, payment::address::Address};
use leptos::prelude::*;

use super::{
    expect_i18n,
    parts::{Notice, Tone, expect_announcer},
    say::isolate,
    scene::Payable,
};

/// What is asked for: where to, with which memo, whether it is a remainder, and how much.
#[derive(Clone, PartialEq)]
struct Asked {
    address: Address,
    memo: Option<String>,
    is_rest: bool,
    amount: CoinAmount,
    /// What the shopper had agreed to, where that is something else.
    agreed: Option<CoinAmount>,
}

/// What was asked for last, what it was before that, if it was another amount, and whether it went without its memo at first.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    asked: Option<Asked>,
    was: Option<CoinAmount>,
    has_new_memo: bool,
}

/// After one more look. A remainder is news of its own, and so is another order: at first they are held against what was agreed
/// to, and later against what stood here. A memo belongs to both payments of one order.
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
            let has_new_memo = before.has_new_memo || now.memo.is_some() && last.memo != now.memo;
            Seen { was, has_new_memo, asked: Some(now) }
        }
        (_, Some(now)) => Seen { was: unlike_agreed(&now), asked: Some(now), ..Seen::default() },
    }
}

/// What was agreed to, where something else is asked for.
fn unlike_agreed(now: &Asked) -> Option<CoinAmount> {
    now.agreed.clone().filter(|agreed| *agreed != now.amount)
}

/// "The amount changed" and "a memo was added", from when they do; said aloud once a change. Nothing before.
pub(super) fn amount_changed(payable: Memo<Option<Box<Payable>>>) -> AnyView {
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let seen = Memo::new(move |before: Option<&Seen>| {
        let now = payable.with(|payable| {
            let Payable { instruction, is_rest, agreed, .. } = &**payable.as_ref()?;
            let (address, amount) = (instruction.address.clone(), instruction.amount.clone());
            let (memo, agreed) = (instruction.memo.clone(), agreed.clone());
            Some(Asked { address, memo, is_rest: *is_rest, amount, agreed })
        });
        after(before, now)
    });
    let news = Memo::new(move |_| {
        let (prices, memo) = seen.with(|seen| {
            let asked = seen.asked.as_ref();
            let prices = asked.map(|asked| asked.amount.clone()).zip(seen.was.clone());
            (prices, asked.filter(|_| seen.has_new_memo).and_then(|asked| asked.memo.clone()))
        });
        let coin = payable.with_untracked(|payable| Some(payable.as_ref()?.instruction.coin.clone()));
        let money = |amount: &CoinAmount, coin: &str| [amount.as_str(), "\u{a0}", coin].concat();
        let prices = prices.zip(coin).map(|((now, was), coin)| (money(&now, &coin), money(&was, &coin)));
        [
            prices.map(|(amount, was)| ("pay.amount_changed", vec![("amount", amount), ("was", was)])),
            memo.map(|memo| ("pay.memo_added", vec![("memo", memo)])),
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
    use cr_core::payment::address::Chain;

    fn asked(address: &str, is_rest: bool, amount: &str) -> Option<Asked> {
        let address = Address::parse(Chain::Solana, address).expect("an address");
        Some(Asked {
            address,
            memo: None,
            is_rest,
            amount: amount.parse().expect("an amount"),
            agreed: "10.5".parse().ok(),
        })
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
            // Not what was agreed to, from the first look on.
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

    #[test]
    fn u10_a_memo_that_is_added_is_news_and_one_from_the_beginning_is_not() {
        let here = "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF";
        let there = "AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS";
        let with = |memo: &str, asked: Option<Asked>| asked.map(|asked| Asked { memo: Some(memo.to_owned()), ..asked });
        let mut seen = None;
        for (step, (now, is_news)) in [
            (asked(here, false, "10"), false),
            (None, false),
            (with("7", asked(here, false, "10")), true),
            (with("7", asked(here, true, "3")), true),
            (with("8", asked(there, false, "10")), false),
            (with("8", asked(there, false, "10")), false),
        ]
        .into_iter()
        .enumerate()
        {
            seen = Some(after(seen.as_ref(), now));
            assert_eq!(seen.as_ref().map(|seen| seen.has_new_memo), Some(is_news), "step {step}");
        }
    }
}
