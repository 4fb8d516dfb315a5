//! A QR code drawn as one path: dark on white in every theme, with the quiet zone that the standard asks for.

use cr_core::payment::qr::{QUIET_ZONE, Qr, encode};
use leptos::{html, prelude::*, svg};

use super::address_text::watch;
use crate::ui::parts::{Button, Glyph, message::say};

/// A QR code of `text`. One whose modules would be too small on a phone is shown on the whole screen, at the press of a
/// button. Draws nothing when the text is too long for any QR code; the text itself always stands beside it.
#[component]
pub fn QrCode(
    /// The text that the code holds.
    text: String,
    /// Message key of the code's name. The name never contains the text.
    label: &'static str,
    /// Set when the page draws something else in place of the code.
    #[prop(optional)]
    altered: Option<RwSignal<bool>>,
) -> impl IntoView {
    encode(&text).map(|qr| {
        if qr.is_wide() { whole_screen(qr, label, altered).into_any() } else { drawn(qr, label, altered).into_any() }
    })
}

fn drawn(qr: Qr, label: &'static str, altered: Option<RwSignal<bool>>) -> impl IntoView {
    let i18n = crate::ui::expect_i18n();
    let ink = NodeRef::<svg::Path>::new();
    if let Some(altered) = altered {
        watch(move || ink.get().and_then(|ink| ink.get_attribute("d")), qr.path.clone(), altered);
    }
    let side = qr.size + 2 * QUIET_ZONE;
    let pixels = side * module_size(side);
    let origin = ["translate(", &QUIET_ZONE.to_string(), " ", &QUIET_ZONE.to_string(), ")"].concat();
    view! {
        <svg
            class="qr-code"
            role="img"
            aria-label=move || i18n.t(label)
            viewBox=["0 0 ", &side.to_string(), " ", &side.to_string()].concat()
            width=pixels
            height=pixels
            shape-rendering="crispEdges"
        >
            <rect class="qr-paper" width=side height=side></rect>
            <path class="qr-ink" node_ref=ink transform=origin d=qr.path></path>
        </svg>
    }
}

/// A button, and the code on the whole screen once it is pressed. The dialog is the browser's own: the Escape key
/// closes it, and the focus returns to the button.
fn whole_screen(qr: Qr, label: &'static str, altered: Option<RwSignal<bool>>) -> impl IntoView {
    let i18n = crate::ui::expect_i18n();
    let dialog = NodeRef::<html::Dialog>::new();
    let open = move |_: ()| {
        if let Some(dialog) = dialog.get_untracked() {
            // This fails only where the dialog is open already.
            let _ = dialog.show_modal();
        }
    };
    let close = move |_: ()| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <Button label=say("pay.qr_whole") icon=Glyph::Qr on_press=open />
        <dialog class="qr-whole" data-testid="qr-whole" aria-label=move || i18n.t(label) node_ref=dialog>
            {drawn(qr, label, altered)}
            <Button label=say("pay.qr_close") on_press=close />
        </dialog>
    }
}

/// Returns the CSS pixels of one module: a whole number, at least three, so that the whole code has 200 px or a little
/// more where that is possible.
const fn module_size(side: u32) -> u32 {
    let size = 200_u32.div_ceil(side);
    if size < 3 { 3 } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_whole_pixels_and_never_under_three() {
        for version in 1..=40 {
            let side = 17 + 4 * version + 2 * QUIET_ZONE;
            let size = module_size(side);
            assert!(size >= 3, "version {version}");
            assert!(size == 3 || (200..=265).contains(&(side * size)), "version {version}: {} px", side * size);
        }
    }
}
