//! A button that copies a text. Where the browser refuses, the text is shown selected, to be copied by hand.

use leptos::{html, prelude::*, task::spawn_local};

use super::{Glyph, Icon, when_page_hides};
use crate::{
    dom::focus,
    ui::{expect_announcer, expect_i18n, expect_store},
};

/// The result of the last press.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The button has not been pressed.
    Waiting,
    /// The text was copied.
    Copied,
    /// The browser refused.
    Refused,
}

/// A copy button. `value` is what is copied, ungrouped and unformatted; it is read at the press.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    value: Signal<String>,
    /// The button's label, such as "Copy address".
    #[prop(into)]
    label: Signal<String>,
    /// The button's place among all with the same label, and how many there are; screen readers are told it.
    #[prop(optional)]
    place: Option<(u64, u64)>,
    /// For a secret: whether it is shown elsewhere. The text to be copied by hand goes away when the secret is hidden.
    #[prop(optional)]
    shown_with: Option<RwSignal<bool>>,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let outcome = RwSignal::new(Outcome::Waiting);
    let by_hand = NodeRef::<html::Input>::new();
    // The value that the last press was about: a value that changed since then has not been copied.
    let copied_value = StoredValue::new(String::new());
    let shown = move || {
        // This is read in any case: a signal that is not read is not tracked.
        let outcome = outcome.get();
        if copied_value.with_value(|copied| value.with(|now| copied == now)) { outcome } else { Outcome::Waiting }
    };
    let words = move || if shown() == Outcome::Copied { i18n.t("parts.copied") } else { label.get() };
    let full_name = move || {
        let (n, count) = place?;
        let (n, count) = (i18n.number(n), i18n.number(count));
        Some(i18n.tf("parts.one_of_several", &[("label", &words()), ("n", &n), ("count", &count)]))
    };
    let press = move |_| {
        // Of an order that was forgotten in another tab, nothing is copied, nor shown to be copied by hand.
        if store.heed_forgetting() {
            return;
        }
        let text = value.get_untracked();
        spawn_local(async move {
            let copied = store.copy(text.clone()).await;
            if outcome.is_disposed() {
                return;
            }
            copied_value.set_value(text);
            outcome.set(if copied { Outcome::Copied } else { Outcome::Refused });
            announcer.say(i18n.t(if copied { "parts.copied" } else { "parts.copy_by_hand" }));
        });
    };
    let put_away = move || {
        if outcome.try_get_untracked() == Some(Outcome::Refused) {
            outcome.try_set(Outcome::Waiting);
        }
    };
    if let Some(shown_with) = shown_with {
        Effect::new(move || {
            if !shown_with.get() {
                put_away();
            }
        });
    }
    Effect::new(move || {
        if let Some(input) = by_hand.get() {
            // The selection waits for the next frame: setting the text of a field removes its selection.
            request_animation_frame(move || focus::select_all(&input));
        }
    });
    view! {
        <span class="copy">
            <button
                class="copy-button"
                part="copy-button"
                type="button"
                aria-label=full_name
                data-copied=move || (shown() == Outcome::Copied).then_some("")
                on:click=press
            >
                {move || {
                    let glyph = if shown() == Outcome::Copied { Glyph::Check } else { Glyph::Copy };
                    view! { <Icon glyph /> }
                }}
                <span>{words}</span>
            </button>
            {move || {
                (shown() == Outcome::Refused)
                    .then(|| {
                        when_page_hides(put_away);
                        view! {
                            <span class="copy-by-hand">
                                <span>{move || i18n.t("parts.copy_by_hand")}</span>
                                <input
                                    class="copy-text"
                                    type="text"
                                    readonly
                                    dir="ltr"
                                    aria-label=move || i18n.t("parts.copy_by_hand")
                                    prop:value=move || value.get()
                                    node_ref=by_hand
                                />
                            </span>
                        }
                    })
            }}
        </span>
    }
}
