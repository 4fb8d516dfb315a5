//! Texts from outside, and e-mail addresses, within our own sentences.

use leptos::prelude::*;

use crate::ui::expect_i18n;

/// The character that stands in a sentence in place of an inserted element.
const PLACE: &str = "\u{fffc}";

/// From this length on, in characters, a half of an e-mail address may not fit into one line of a phone.
const LONG_HALF: usize = 20;

/// An e-mail address. A long one breaks before the `@`, and before other marks only where a half is long itself. What
/// is read out and copied is the address, without additions.
pub(crate) fn email_text(email: &str) -> AnyView {
    let mut parts = email_parts(email).into_iter().map(str::to_owned);
    let first = parts.next();
    let rest = parts.map(|part| view! { <wbr />{part} }).collect_view();
    view! {
        <bdi class="outside-text" dir="ltr">
            {first}
            {rest}
        </bdi>
    }
    .into_any()
}

/// Returns the parts of an e-mail address between which a line may end.
fn email_parts(email: &str) -> Vec<&str> {
    let (name, domain) = email.split_at(email.rfind('@').unwrap_or(email.len()));
    let mut parts = Vec::new();
    for half in [name, domain] {
        let mut rest = half;
        while half.chars().count() > LONG_HALF
            && let Some(mark) = rest.char_indices().skip(1).find_map(|(at, mark)| ".+-_".contains(mark).then_some(at))
        {
            let (part, after) = rest.split_at(mark);
            parts.push(part);
            rest = after;
        }
        parts.push(rest);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Returns the message of `key` with an e-mail address in the place of `{email}`.
pub(crate) fn with_email(key: &'static str, email: &str) -> AnyView {
    let i18n = expect_i18n();
    let email = email.to_owned();
    let sentence = move || {
        let text = i18n.tf(key, &[("email", PLACE)]);
        let (before, after) = text.split_once(PLACE).unwrap_or((&text, ""));
        view! {
            {before.to_owned()}
            {email_text(&email)}
            {after.to_owned()}
        }
    };
    sentence.into_any()
}

/// Draws a text from outside, isolated from the direction of the text around it.
pub(crate) fn outside_text(text: String) -> AnyView {
    view! { <bdi class="outside-text">{text}</bdi> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_breaks_before_its_domain_and_only_long_halves_break_again() {
        for (email, expected) in [
            ("shopper@example.com", &["shopper", "@example.com"][..]),
            ("a.b.c@x.example.com", &["a.b.c", "@x.example.com"]),
            (
                "someone.with.a.long+name@mail.example.com",
                &["someone", ".with", ".a", ".long", "+name", "@mail.example.com"],
            ),
            ("me@mail.department.example.com", &["me", "@mail", ".department", ".example", ".com"]),
            ("..........................@x.com", &[".", ".", ".", "."]),
            ("\"a@b\"@example.com", &["\"a@b\"", "@example.com"]),
            ("nobody", &["nobody"]),
            ("", &[]),
        ] {
            let parts = email_parts(email);
            assert_eq!(parts.concat(), email);
            assert!(parts.starts_with(expected), "{parts:?}");
        }
    }
}
