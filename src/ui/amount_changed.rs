//! Word of an amount that changed while it stood to be paid: what was copied before is not right any more.

use cr_core::{money::CoinAmount, payment::address::Address};
use leptos::prelude::*;

use super::{
    expect_i18n,
    parts::{Notice, Tone, expect_announcer},
    say::isolate,
    scene::Payable,
};

/// What is asked for: where to, whether it is a remainder, and how much.
#[derive(Clone, PartialEq)]
struct Asked {
    address: Address,
    is_rest: bool,
    amount: CoinAmount,
    /// What the shopper had agreed to, where that is something else.
    agreed: Option<CoinAmount>,
}

/// What was asked for last, and what it was before that, if it was another amount.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    asked: Option<Asked>,
    was: Option<CoinAmount>,
}

/// After one more look. A remainder is news of its own, and so is another order: at first they are held against what was agreed
/// to, and later against what stood here.
fn after(before: Option<&Seen>, now: Option<Asked>) -> Seen {
    let before = before.cloned().unwrap_or_default();
    match (before.asked, now) {
        (asked, None) => Seen { asked, ..before },
        (Some(last), Some(now)) if (&last.address, last.is_rest) == (&now.address, now.is_rest) => {
            let was = if last.amount == now.amount { before.was } else { Some(last.amount) };
            Seen { was, asked: Some(now) }
        }
        (_, Some(now)) => Seen { was: now.agreed.clone().filter(|agreed| *agreed != now.amount), asked: Some(now) },
    }
}

/// "The amount is now …, it was …", where it is not what was agreed to or stood here before; said aloud once a change.
pub(super) fn amount_changed(payable: Memo<Option<Box<Payable>>>) -> AnyView {
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let seen = Memo::new(move |before: Option<&Seen>| {
        let now = payable.with(|payable| {
            let Payable { instruction, is_rest, agreed, .. } = &**payable.as_ref()?;
            let (address, amount) = (instruction.address.clone(), instruction.amount.clone());
            Some(Asked { address, is_rest: *is_rest, amount, agreed: agreed.clone() })
        });
        after(before, now)
    });
    let news = Memo::new(move |_| {
        let (amount, was) = seen.with(|seen| Some((seen.asked.as_ref()?.amount.clone(), seen.was.clone()?)))?;
        let coin =
            payable.with_untracked(|payable| payable.as_ref().map(|payable| payable.instruction.coin.clone()))?;
        let money = |amount: &CoinAmount| [amount.as_str(), "\u{a0}", &coin].concat();
        Some((money(&amount), money(&was)))
    });
    let text = move |(amount, was): &(String, String)| {
        i18n.tf("pay.amount_changed", &[("amount", &isolate(i18n, amount)), ("was", &isolate(i18n, was))])
    };
    Effect::new(move || {
        if let Some(news) = news.get() {
            announcer.say(untrack(|| text(&news)));
        }
    });
    (move || news.get().map(|news| view! { <Notice tone=Tone::Warn title=move || text(&news) /> })).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cr_core::payment::address::Chain;

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
}
