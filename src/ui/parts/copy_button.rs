//! Copies a text. Where the browser refuses, it shows the text selected, to be copied by hand.

use leptos::{html, prelude::*, task::spawn_local};

use super::{Glyph, Icon, expect_announcer, when_page_hides};
use crate::{
    dom::focus,
    ui::{expect_i18n, expect_store},
};

/// What became of the last press.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Not pressed.
    Waiting,
    /// Copied.
    Copied,
    /// Refused by the browser.
    Refused,
}

/// A copy button. `value` is what is copied, ungrouped and unformatted; it is read at the press.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    value: Signal<String>,
    /// What the button says: "Copy address".
    #[prop(into)]
    label: Signal<String>,
    /// For a secret: whether it is shown elsewhere. What is there to be copied by hand goes when it is hidden.
    #[prop(optional)]
    shown_with: Option<RwSignal<bool>>,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let outcome = RwSignal::new(Outcome::Waiting);
    let by_hand = NodeRef::<html::Input>::new();
    // Another value has not been copied.
    let copied_value = StoredValue::new(String::new());
    let shown = move || {
        // Read in any case: what is not read is not followed.
        let outcome = outcome.get();
        if copied_value.with_value(|copied| value.with(|now| copied == now)) { outcome } else { Outcome::Waiting }
    };
    let press = move |_| {
        // Of what was forgotten elsewhere nothing is copied, nor shown to be copied by hand.
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
            // A frame later: giving a field its text takes the selection away.
            request_animation_frame(move || focus::select_all(&input));
        }
    });
    view! {
        <span class="copy">
            <button class="copy-button" part="copy-button" type="button" data-copied=move || (shown() == Outcome::Copied).then_some("") on:click=press>
                {move || {
                    let glyph = if shown() == Outcome::Copied { Glyph::Check } else { Glyph::Copy };
                    view! { <Icon glyph /> }
                }}
                <span>{move || if shown() == Outcome::Copied { i18n.t("parts.copied") } else { label.get() }}</span>
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
