//! A control with its label, its hint and its error in words.

use leptos::{html, prelude::*};

use super::{Glyph, Icon};

/// Label, hint and error around any control. The control inside has the id `id`, and
/// `aria-describedby="{id}-hint {id}-error"` from [`described_by`].
#[component]
pub fn Field(
    /// Id of the control.
    id: &'static str,
    /// The label, which says what to enter.
    #[prop(into)]
    label: Signal<String>,
    /// A short hint, which is always shown.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
    /// What is wrong with the entry and how to put it right.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field" part="field">
            <label class="field-label" for=id>
                {move || label.get()}
            </label>
            {children()}
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="field-error" id=suffixed(id, "-error")>
                                <Icon glyph=Glyph::Bad />
                                <span>{text}</span>
                            </p>
                        }
                    })
            }}
            {hint
                .map(|hint| {
                    view! {
                        <p class="field-hint" id=suffixed(id, "-hint")>
                            {move || hint.get()}
                        </p>
                    }
                })}
        </div>
    }
}

/// Returns the value of `aria-describedby` for the control of a [`Field`].
#[must_use]
pub fn described_by(id: &str) -> String {
    let mut ids = suffixed(id, "-error ");
    ids.push_str(id);
    ids.push_str("-hint");
    ids
}

fn suffixed(id: &str, suffix: &str) -> String {
    let mut text = String::from(id);
    text.push_str(suffix);
    text
}

/// One line of text in a [`Field`]. Read the value from `node_ref` when the form is submitted: autofill may fill it in
/// without an event.
#[component]
pub fn TextField(
    /// Id of the input, and its `name`.
    id: &'static str,
    /// The label, which says what to enter.
    #[prop(into)]
    label: Signal<String>,
    /// The input.
    node_ref: NodeRef<html::Input>,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// The `inputmode` of the input: which keyboard a phone shows.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// The `autocomplete` of the input: what the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Longest entry, in characters.
    #[prop(default = 254)]
    maxlength: u16,
    /// The initial value of the input.
    #[prop(optional, into)]
    value: String,
    /// A short hint.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
    /// What is wrong with the entry.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Called with the text whenever it changes.
    #[prop(optional, into)]
    on_text: Option<Callback<String>>,
    /// Called with the text when the shopper leaves the field.
    #[prop(optional, into)]
    on_leave: Option<Callback<String>>,
    /// Whether the entry runs left to right in every language, as addresses and numbers do.
    #[prop(default = true)]
    ltr: bool,
) -> impl IntoView {
    let tell = move |callback: Option<Callback<String>>| {
        // A field that is removed while it has the focus still gets a `blur` event.
        if let (Some(callback), Some(Some(input))) = (callback, node_ref.try_get_untracked()) {
            callback.run(input.value());
        }
    };
    let input = view! {
        <input
            class="input"
            part="input"
            id=id
            name=id
            type=kind
            inputmode=inputmode
            autocomplete=autocomplete
            maxlength=maxlength
            autocapitalize="none"
            spellcheck="false"
            dir=ltr.then_some("ltr")
            value=value
            aria-describedby=described_by(id)
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            node_ref=node_ref
            on:input=move |_| tell(on_text)
            on:blur=move |_| tell(on_leave)
        />
    };
    match hint {
        Some(hint) => view! { <Field id label hint error>{input}</Field> }.into_any(),
        None => view! { <Field id label error>{input}</Field> }.into_any(),
    }
}
