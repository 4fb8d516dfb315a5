//! Pairs of label and value, one below the other: the quiet list that reviews, payments and receipts are made of.

use leptos::prelude::*;

use super::{CopyButton, message::say};

/// A list of [`fact`]s.
pub(crate) fn facts(rows: Vec<AnyView>) -> AnyView {
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// One row: the label, the value, and what can be done about it.
pub(crate) fn fact(label: &'static str, value: AnyView, action: Option<AnyView>) -> AnyView {
    view! {
        <div class="fact">
            <dt class="fact-label">{say(label)}</dt>
            <dd class="fact-value">{value}</dd>
            {action.map(|action| view! { <dd class="fact-action">{action}</dd> })}
        </div>
    }
    .into_any()
}

/// A labelled text with its copy button.
pub(crate) fn plain_extra(label: &'static str, copy: &'static str, text: String) -> AnyView {
    let value = StoredValue::new(text.clone());
    view! {
        <div class="extra">
            <p class="fact-label">{say(label)}</p>
            <code class="mono" dir="ltr">
                {text}
            </code>
            <CopyButton value=Signal::derive(move || value.get_value()) label=say(copy) />
        </div>
    }
    .into_any()
}
