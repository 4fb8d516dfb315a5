//! A QR code drawn as one path: dark on white in every theme, with the quiet zone the standard asks for.

use cr_core::payment::qr::{QUIET_ZONE, encode};
use leptos::{prelude::*, svg};

use super::address_text::watch_attribute;

/// A QR code of `text`. Nothing when the text is too long for one; the text itself always stands beside it.
#[component]
pub fn QrCode(
    /// What it holds.
    text: String,
    /// Message key of its name; never what it holds.
    label: &'static str,
    /// Set when the page draws something else in its place.
    #[prop(optional)]
    altered: Option<RwSignal<bool>>,
) -> impl IntoView {
    let i18n = super::expect_i18n();
    let ink = NodeRef::<svg::Path>::new();
    encode(&text).map(|qr| {
        if let Some(altered) = altered {
            watch_attribute(move || ink.get().map(Into::into), "d", qr.path.clone(), altered);
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
    })
}

/// CSS pixels a module: whole ones, at least three, and 200 px or a little more for the whole code where that is possible.
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
