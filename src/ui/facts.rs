//! Label and value, one below the other: the quiet list that reviews, payments and receipts are made of.

use leptos::prelude::*;

use super::say::say;

/// A list of [`fact`]s.
pub(super) fn facts(rows: Vec<AnyView>) -> AnyView {
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// One row: what it is, what it is worth, and what can be done about it.
pub(super) fn fact(label: &'static str, value: AnyView, action: Option<AnyView>) -> AnyView {
    view! {
        <div class="fact">
            <dt class="fact-label">{say(label)}</dt>
            <dd class="fact-value">{value}</dd>
            {action.map(|action| view! { <dd class="fact-action">{action}</dd> })}
        </div>
    }
    .into_any()
}

/// An e-mail address; a long one breaks before the `@`.
pub(super) fn email_text(email: &str) -> AnyView {
    let at = email.find('@').unwrap_or(email.len());
    let (name, domain) = (email[..at].to_owned(), email[at..].to_owned());
    view! {
        <bdi class="outside-text" dir="ltr">
            {name}
            <wbr />
            {domain}
        </bdi>
    }
    .into_any()
}

/// A text from outside, isolated from the direction of what is around it.
pub(super) fn outside_text(text: String) -> AnyView {
    view! { <bdi class="outside-text">{text}</bdi> }.into_any()
}
