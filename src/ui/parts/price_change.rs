//! An amount that is not the one agreed to: the agreed amount, the amount now, and the button that agrees to it.

use core::{cmp::Ordering, time::Duration};

use cr_core::money::CoinAmount;
use leptos::{html, prelude::*};

use super::{
    Button, CoinMoney, Look,
    description_list::{fact, facts},
    message::isolate,
};
use crate::{dom::focus, i18n::I18n, ui::expect_store};

/// The time without any press after which a press counts as the answer to a question that has just appeared. It is
/// longer than the time between the two presses of a double one, or between those of a key that is held.
const CALM: Duration = Duration::from_millis(500);

/// What was agreed to, and what is asked for now.
#[derive(Clone, PartialEq)]
pub(crate) struct Prices {
    pub(crate) was: CoinAmount,
    pub(crate) now: CoinAmount,
}

/// The amounts of a change as they are shown together, with the same number of fraction digits.
#[derive(Debug, PartialEq)]
pub(crate) struct Figures {
    pub(crate) was: CoinAmount,
    pub(crate) now: CoinAmount,
    /// By how much the amount changed, with the label of a rise or a fall; `None` where it has too many digits.
    pub(crate) difference: Option<(&'static str, CoinAmount)>,
}

impl Prices {
    /// Returns the amounts and their difference as they are shown together.
    pub(crate) fn figures(&self) -> Figures {
        let Self { was, now } = self;
        let (label, difference) = match now.cmp(was) {
            Ordering::Less => ("confirm.less", was.checked_sub(now)),
            Ordering::Equal | Ordering::Greater => ("confirm.more", now.checked_sub(was)),
        };
        match difference {
            Some(difference) => {
                let [was, now, difference] = CoinAmount::aligned([was, now, &difference]);
                Figures { was, now, difference: Some((label, difference)) }
            }
            None => {
                let [was, now] = CoinAmount::aligned([was, now]);
                Figures { was, now, difference: None }
            }
        }
    }
}

/// Returns an amount with its coin, for a sentence or a label.
pub(crate) fn money_text(i18n: I18n, amount: &CoinAmount, coin: &str) -> String {
    isolate(i18n, &[amount.as_str(), "\u{a0}", coin].concat())
}

/// Returns the sentence "The price is now …. It was ….".
pub(crate) fn was_and_now(i18n: I18n, prices: &Prices, coin: &str) -> String {
    let [now, was] = CoinAmount::aligned([&prices.now, &prices.was]).map(|amount| money_text(i18n, &amount, coin));
    i18n.tf("review.told", &[("amount", &now), ("was", &was)])
}

/// A list of what was agreed to, and by how much it changed.
pub(crate) fn change(prices: &Prices, coin: &str) -> AnyView {
    let Figures { was, difference, .. } = prices.figures();
    let money =
        |amount: CoinAmount| view! { <CoinMoney amount=amount.as_str().to_owned() coin=coin.to_owned() /> }.into_any();
    let mut rows = vec![fact("confirm.before", money(was), None)];
    rows.extend(difference.map(|(label, difference)| fact(label, money(difference), None)));
    facts(rows)
}

/// The button that agrees to another amount than before. It takes the focus when it appears. Neither the second of two
/// quick presses nor a key that is held answers a question that the shopper has not read, so a press counts only after
/// a moment without one.
#[component]
pub(crate) fn Agree(
    /// The screen that it is on.
    place: NodeRef<html::Section>,
    /// The amount on screen.
    #[prop(into)]
    shown: Signal<Option<CoinAmount>>,
    /// The label, which names the amount.
    #[prop(into)]
    label: Signal<String>,
    /// Called with the amount that stood on screen.
    #[prop(into)]
    on_agree: Callback<CoinAmount>,
) -> impl IntoView {
    let store = expect_store();
    Effect::new(move || {
        if let Some(place) = place.get() {
            focus::to_answer(&place);
        }
    });
    let restless_at = StoredValue::new(store.monotonic());
    // Another amount is another question.
    Effect::new(move || {
        shown.track();
        restless_at.set_value(store.monotonic());
    });
    let press = move |_: ()| {
        let now = store.monotonic();
        let is_calm = now.saturating_sub(restless_at.get_value()) >= CALM;
        restless_at.set_value(now);
        if let Some(shown) = shown.get_untracked().filter(|_| is_calm) {
            on_agree.run(shown);
        }
    };
    view! { <Button label look=Look::Primary on_press=press /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_that_are_compared_have_the_same_number_of_fraction_digits() {
        for (was, now, expected) in [
            ("20.96", "25.56", ("20.96", "25.56", "confirm.more", "4.60")),
            ("25.5", "20", ("25.5", "20.0", "confirm.less", "5.5")),
            ("0.00010000", "0.00012", ("0.00010000", "0.00012000", "confirm.more", "0.00002000")),
            ("10", "12", ("10", "12", "confirm.more", "2")),
        ] {
            let prices = Prices { was: was.parse().expect("an amount"), now: now.parse().expect("an amount") };
            let figures = prices.figures();
            let (label, difference) = figures.difference.as_ref().expect("a difference");
            let shown = (figures.was.as_str(), figures.now.as_str(), *label, difference.as_str());
            assert_eq!(shown, expected, "{was} {now}");
        }
    }
}
