//! An eSIM: a QR code drawn from its activation text, the same data to type by hand, and how to install it.

use leptos::prelude::*;

use super::qr_code::QrCode;
use crate::ui::parts::{
    CopyButton, Notice, Tone,
    description_list::plain_extra,
    message::{line, say},
};

/// The parts of an activation text (GSMA SGP.22 §4.1):
/// `LPA:1$server$matching id$object id$confirmation code required`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Activation<'a> {
    pub(super) server: &'a str,
    pub(super) code: &'a str,
    needs_confirmation: bool,
}

pub(super) fn activation(lpa: &str) -> Option<Activation<'_>> {
    let prefix = lpa.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("LPA:"))?;
    let mut parts = lpa[prefix.len()..].split('$');
    let (_format, server, code) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
    let needs_confirmation = parts.nth(1) == Some("1");
    (!server.is_empty()).then_some(Activation { server, code, needs_confirmation })
}

/// The eSIM. It is masked until shown, since it can be installed once, by whoever scans it first.
#[component]
pub fn Esim(
    /// The activation text.
    lpa: String,
    /// Whether the activation text has a server and a matching id.
    valid: bool,
    /// Whether the eSIM is shown.
    shown: RwSignal<bool>,
) -> impl IntoView {
    let lpa = StoredValue::new(lpa);
    let secret = move || {
        shown.get().then(|| {
            let text = lpa.get_value();
            let by_hand = activation(&text).map(|activation| {
                let code = (!activation.code.is_empty())
                    .then(|| plain_extra("receipt.esim_code", "receipt.copy_esim_code", activation.code.to_owned()));
                view! {
                    <h4 class="fact-label">{say("receipt.esim_manual")}</h4>
                    {plain_extra("receipt.esim_server", "receipt.copy_esim_server", activation.server.to_owned())}
                    {code}
                    {activation.needs_confirmation.then(|| line("hint", "receipt.esim_confirmation"))}
                }
            });
            view! {
                <QrCode text=text.clone() label="receipt.esim_qr" />
                {by_hand}
                {plain_extra("receipt.esim_all", "receipt.copy_esim_all", text)}
            }
        })
    };
    view! {
        <div class="secret esim" data-testid="esim">
            <p class="fact-label">{say("receipt.esim")}</p>
            {(!valid).then(|| view! { <Notice tone=Tone::Warn title=say("receipt.esim_invalid") /> })}
            {line("esim-how", "receipt.esim_scan")}
            {line("hint", "receipt.esim_once")}
            {secret}
            {move || {
                (!shown.get())
                    .then(|| {
                        view! { <CopyButton value=Signal::derive(move || lpa.get_value()) label=say("receipt.copy_esim_all") /> }
                    })
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activation_texts_are_taken_apart() {
        let parts = |server, code, needs_confirmation| Some(Activation { server, code, needs_confirmation });
        for (text, expected) in [
            ("LPA:1$smdp.example$TOKEN", parts("smdp.example", "TOKEN", false)),
            ("lpa:1$smdp.example$TOKEN", parts("smdp.example", "TOKEN", false)),
            ("LPA:1$smdp.example$TOKEN$1.3.6.1$1", parts("smdp.example", "TOKEN", true)),
            ("LPA:1$smdp.example$TOKEN$$1", parts("smdp.example", "TOKEN", true)),
            ("LPA:1$smdp.example$TOKEN$1.3.6.1$", parts("smdp.example", "TOKEN", false)),
            ("LPA:1$smdp.example", parts("smdp.example", "", false)),
            ("LPA:1$$TOKEN", None),
            ("LPA:", None),
            ("1$smdp.example$TOKEN", None),
            ("", None),
            ("日本語", None),
        ] {
            assert_eq!(activation(text), expected, "{text}");
        }
    }
}
