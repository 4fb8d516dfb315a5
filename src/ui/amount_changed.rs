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
}

/// What was asked for last, and whether that was another amount at first.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    asked: Option<Asked>,
    has_changed: bool,
}

/// After one more look. A remainder is news of its own, and so is another order.
fn after(before: Option<&Seen>, now: Option<Asked>) -> Seen {
    let before = before.cloned().unwrap_or_default();
    match (before.asked, now) {
        (asked, None) => Seen { asked, ..before },
        (Some(last), Some(now)) if (&last.address, last.is_rest) == (&now.address, now.is_rest) => {
            Seen { has_changed: before.has_changed || last.amount != now.amount, asked: Some(now) }
        }
        (_, now) => Seen { asked: now, has_changed: false },
    }
}

/// "The amount changed", from when it does; said aloud once a change. Nothing before.
pub(super) fn amount_changed(payable: Memo<Option<Box<Payable>>>) -> AnyView {
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let seen = Memo::new(move |before: Option<&Seen>| {
        let now = payable.with(|payable| {
            let Payable { instruction, is_rest, .. } = &**payable.as_ref()?;
            let (address, amount) = (instruction.address.clone(), instruction.amount.clone());
            Some(Asked { address, is_rest: *is_rest, amount })
        });
        after(before, now)
    });
    let news = Memo::new(move |_| {
        let amount =
            seen.with(|seen| seen.asked.as_ref().filter(|_| seen.has_changed).map(|asked| asked.amount.clone()))?;
        let coin =
            payable.with_untracked(|payable| payable.as_ref().map(|payable| payable.instruction.coin.clone()))?;
        Some([amount.as_str(), "\u{a0}", &coin].concat())
    });
    let text = move |amount: &str| i18n.tf("pay.amount_changed", &[("amount", &isolate(i18n, amount))]);
    Effect::new(move || {
        if let Some(amount) = news.get() {
            announcer.say(untrack(|| text(&amount)));
        }
    });
    (move || news.get().map(|amount| view! { <Notice tone=Tone::Warn title=move || text(&amount) /> })).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cr_core::payment::address::Chain;

    fn asked(address: &str, is_rest: bool, amount: &str) -> Option<Asked> {
        let address = Address::parse(Chain::Solana, address).expect("an address");
        Some(Asked { address, is_rest, amount: amount.parse().expect("an amount") })
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
}
