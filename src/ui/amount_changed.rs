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
}

/// What was asked for last, and whether that was another amount, or went without its memo, at first.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    asked: Option<Asked>,
    has_changed: bool,
    has_new_memo: bool,
}

/// After one more look. A remainder is news of its own, and so is another order; a memo belongs to both payments of one order.
fn after(before: Option<&Seen>, now: Option<Asked>) -> Seen {
    let before = before.cloned().unwrap_or_default();
    match (before.asked, now) {
        (asked, None) => Seen { asked, ..before },
        (Some(last), Some(now)) if last.address == now.address => Seen {
            has_changed: last.is_rest == now.is_rest && (before.has_changed || last.amount != now.amount),
            has_new_memo: before.has_new_memo || now.memo.is_some() && last.memo != now.memo,
            asked: Some(now),
        },
        (_, now) => Seen { asked: now, ..Seen::default() },
    }
}

/// "The amount changed" and "a memo was added", from when they do; said aloud once a change. Nothing before.
pub(super) fn amount_changed(payable: Memo<Option<Box<Payable>>>) -> AnyView {
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let seen = Memo::new(move |before: Option<&Seen>| {
        let now = payable.with(|payable| {
            let Payable { instruction, is_rest, .. } = &**payable.as_ref()?;
            let (address, amount) = (instruction.address.clone(), instruction.amount.clone());
            Some(Asked { address, memo: instruction.memo.clone(), is_rest: *is_rest, amount })
        });
        after(before, now)
    });
    let news = Memo::new(move |_| {
        let (amount, memo) = seen.with(|seen| {
            let asked = seen.asked.as_ref();
            let amount = asked.filter(|_| seen.has_changed).map(|asked| asked.amount.clone());
            (amount, asked.filter(|_| seen.has_new_memo).and_then(|asked| asked.memo.clone()))
        });
        let coin = payable.with_untracked(|payable| Some(payable.as_ref()?.instruction.coin.clone()));
        let amount = amount.zip(coin).map(|(amount, coin)| [amount.as_str(), "\u{a0}", &coin].concat());
        [
            amount.map(|amount| ("pay.amount_changed", "amount", amount)),
            memo.map(|memo| ("pay.memo_added", "memo", memo)),
        ]
    });
    let text = move |(key, name, value): &(&'static str, &'static str, String)| {
        i18n.tf(key, &[(*name, &isolate(i18n, value))])
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
        Some(Asked { address, memo: None, is_rest, amount: amount.parse().expect("an amount") })
    }

    #[test]
    fn only_another_amount_for_the_same_payment_is_a_change() {
        let here = "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF";
        let there = "AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS";
        let mut seen = None;
        for (step, (now, has_changed)) in [
            (asked(here, false, "10.5"), false),
            (asked(here, false, "10.5"), false),
            (None, false),
            (asked(here, false, "10.52"), true),
            (None, true),
            (asked(here, false, "10.52"), true),
            (asked(here, false, "10.5"), true),
            (asked(here, true, "4"), false),
            (asked(here, true, "3"), true),
            (asked(there, false, "3.1"), false),
        ]
        .into_iter()
        .enumerate()
        {
            seen = Some(after(seen.as_ref(), now));
            assert_eq!(seen.as_ref().map(|seen| seen.has_changed), Some(has_changed), "step {step}");
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
