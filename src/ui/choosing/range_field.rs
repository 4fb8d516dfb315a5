//! A range: one big field with its currency sign, a step down and up, quick values, and a live price.

use core::time::Duration;

use cr_core::money::{FaceRange, FaceValue, RangeError};
use leptos::prelude::*;

use crate::{
    app::{Load, Quote, Store},
    i18n::I18n,
    ui::{
        expect_i18n, expect_store,
        parts::{CoinMoney, Field, Glyph, Icon, described_by, message::say},
    },
};

/// Id of the field, for code that sends the focus there.
pub const AMOUNT_ID: &str = "amount";
/// Longest entry that is taken; no amount needs more characters.
const LONGEST: u16 = 24;
/// How many quick values are offered.
const QUICK: usize = 5;

/// The field of a range. It complains in words once the shopper left it or tried to go on, never while the first digits
/// are typed.
#[component]
pub fn RangeField(
    /// The range that is on sale.
    range: FaceRange,
    /// What stands in the field.
    entry: RwSignal<String>,
    /// Whether a wrong entry is pointed out.
    complain: RwSignal<bool>,
) -> impl IntoView {
    let i18n = expect_i18n();
    let hint = hint_of(i18n, &range);
    let symbol = {
        let min = range.min.clone();
        move || i18n.currency_symbol(&min)
    };
    let quick = range.suggestions(QUICK);
    let start = range.default.clone().unwrap_or_else(|| range.min.clone());
    let range = StoredValue::new(range);
    let check = move || range.with_value(|range| range.check(&entry.get(), i18n.decimal_mark()));
    let value = move || check().ok();
    let error = move || {
        let wrong = check().err()?;
        // An amount that is too large is an error at once; one that is too small may only be its first digit.
        let is_sure = matches!(wrong, RangeError::AboveMax(_) | RangeError::NotANumber(_));
        (complain.get() || is_sure).then(|| explain(i18n, &wrong))
    };
    let step = Callback::new(move |up: bool| {
        let next = match untrack(value) {
            Some(from) => range.with_value(|range| range.step_from(&from, up)),
            None => start.clone(),
        };
        complain.set(false);
        entry.set(typed(i18n, &next));
    });
    let at_end =
        move |up: bool| value().is_some_and(|value| range.with_value(|range| range.step_from(&value, up) == value));
    let stepper = move |up: bool| {
        let glyph = if up { Glyph::Plus } else { Glyph::Minus };
        let words = if up { say("product.more") } else { say("product.less") };
        view! {
            <button
                class="range-step"
                part="step-button"
                type="button"
                aria-label=words
                aria-disabled=move || at_end(up).then_some("true")
                on:click=move |_| step.run(up)
            >
                <Icon glyph />
            </button>
        }
    };
    let quick = quick
        .into_iter()
        .map(|face| {
            let shown = face.clone();
            let pressed = {
                let face = face.clone();
                move || if value().is_some_and(|value| value == face) { "true" } else { "false" }
            };
            view! {
                <button
                    class="chip"
                    part="chip"
                    type="button"
                    aria-pressed=pressed
                    on:click=move |_| {
                        complain.set(false);
                        entry.set(typed(i18n, &face));
                    }
                >
                    <bdi>{move || i18n.money(&shown)}</bdi>
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="range">
            <Field id=AMOUNT_ID label=say("product.amount") hint=hint error=error>
                <div class="range-row">
                    {stepper(false)}
                    <span class="range-box">
                        <bdi class="range-symbol">{symbol}</bdi>
                        <input
                            class="range-input"
                            part="input"
                            id=AMOUNT_ID
                            name=AMOUNT_ID
                            type="text"
                            inputmode="decimal"
                            enterkeyhint="done"
                            autocomplete="off"
                            maxlength=LONGEST
                            dir="ltr"
                            aria-describedby=described_by(AMOUNT_ID)
                            aria-invalid=move || error().is_some().then_some("true")
                            prop:value=move || entry.get()
                            on:input=move |event| entry.set(event_target_value(&event).chars().take(LONGEST.into()).collect())
                            on:blur=move |_| _ = complain.try_set(true)
                        />
                    </span>
                    {stepper(true)}
                </div>
            </Field>
            <div class="range-quick" role="group" aria-label=say("product.quick")>
                {quick}
            </div>
            {quote_line(value)}
        </div>
    }
}

/// The price of the entered value, how old that price is, and a button to ask again. The line keeps its height and its
/// place.
fn quote_line(value: impl Fn() -> Option<FaceValue> + Copy + Send + Sync + 'static) -> AnyView {
    let store = expect_store();
    let i18n = expect_i18n();
    let tick = store.tick();
    let age = move || {
        tick.track();
        let age = store.quote_age()?;
        if age.as_secs() < 2 {
            return Some(i18n.t("product.quote_now"));
        }
        Some(i18n.tf("product.quote_age", &[("age", &i18n.ago(Duration::from_secs(age.as_secs())))]))
    };
    let price = move || {
        let face = value()?;
        Some(match store.quote.get() {
            Load::Ready(quote) if quote.face == face => priced(store, quote),
            Load::Failed(_) => view! { <span class="quote-word">{say("product.quote_failed")}</span> }.into_any(),
            Load::Idle | Load::Loading | Load::Ready(_) => {
                view! { <span class="quote-word">{say("product.quote_loading")}</span> }.into_any()
            }
        })
    };
    let is_shown = move || value().is_some();
    let refresh = move |_| {
        if let Some(face) = untrack(value) {
            store.ask_quote(face);
        }
    };
    view! {
        <div class="quote" data-empty=move || (!is_shown()).then_some("")>
            <span class="quote-text">
                <span class="quote-price">{price}</span>
                <span class="quote-age">{move || is_shown().then(age)}</span>
            </span>
            {move || {
                is_shown()
                    .then(|| {
                        view! {
                            <button class="icon-button quote-refresh" type="button" aria-label=say("product.refresh") on:click=refresh>
                                <Icon glyph=Glyph::Refresh />
                            </button>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn priced(store: Store, quote: Quote) -> AnyView {
    view! { <CoinMoney amount=store.shown_price(&quote.amount, &quote.coin) coin=quote.coin /> }.into_any()
}

/// Returns a value as a person would type it in this language: no grouping, the language's decimal mark.
pub(super) fn typed(i18n: I18n, face: &FaceValue) -> String {
    let amount = face.amount();
    let amount = match amount.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => amount,
    };
    amount.replace('.', i18n.decimal_mark().encode_utf8(&mut [0; 4]))
}

fn hint_of(i18n: I18n, range: &FaceRange) -> impl Fn() -> String + Send + Sync + 'static {
    let (min, max, step) = (range.min.clone(), range.max.clone(), range.step());
    move || {
        let (min, max) = (i18n.money(&min), i18n.money(&max));
        if step.amount().starts_with("0.") {
            i18n.tf("product.range", &[("min", &min), ("max", &max)])
        } else {
            i18n.tf("product.range_step", &[("min", &min), ("max", &max), ("step", &i18n.money(&step))])
        }
    }
}

/// Returns what is wrong with the entry and how to put it right.
pub(super) fn explain(i18n: I18n, wrong: &RangeError) -> String {
    match wrong {
        RangeError::Empty => i18n.t("product.error.empty"),
        RangeError::NotANumber(_) => i18n.t("product.error.not_a_number"),
        RangeError::BelowMin(min) => i18n.tf("product.error.below", &[("min", &i18n.money(min))]),
        RangeError::AboveMax(max) => i18n.tf("product.error.above", &[("max", &i18n.money(max))]),
        RangeError::OffStep(low, high) => {
            i18n.tf("product.error.off_step", &[("low", &i18n.money(low)), ("high", &i18n.money(high))])
        }
    }
}
