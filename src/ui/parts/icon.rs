//! One set of icons drawn in strokes, 20 px, in the colour of the text around them.

use leptos::prelude::*;

/// The icons that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Back; mirrored where the language runs right to left.
    Back,
    /// Onward, or opens something; mirrored where the language runs right to left.
    Forward,
    /// Opens downwards.
    Down,
    /// Search.
    Search,
    /// Clear, close.
    Close,
    /// Done, chosen, good.
    Check,
    /// Copy.
    Copy,
    /// Information.
    Info,
    /// Warning.
    Warn,
    /// Error.
    Bad,
    /// World, country.
    Globe,
    /// E-mail.
    Mail,
    /// Phone.
    Phone,
    /// A gift.
    Gift,
    /// One step less.
    Minus,
    /// One step more.
    Plus,
    /// Tries again, or looks again.
    Refresh,
    /// Time.
    Clock,
    /// Offline.
    Offline,
    /// Leads out of the page.
    Outside,
    /// Shows what is masked.
    Eye,
    /// Masks it again.
    EyeOff,
    /// A wallet.
    Wallet,
    /// A network.
    Network,
    /// A document, a receipt.
    Receipt,
    /// Safe, trusted.
    Shield,
    /// A QR code.
    Qr,
    /// A SIM.
    Sim,
    /// Help.
    Help,
}

impl Glyph {
    /// Returns the strokes, in a box of 20 by 20.
    pub(in crate::ui) const fn path(self) -> &'static str {
        match self {
            Self::Back => "M12 4.5 6.5 10l5.5 5.5",
            Self::Forward => "M8 4.5 13.5 10 8 15.5",
            Self::Down => "M4.5 7.5 10 13l5.5-5.5",
            Self::Search => "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4",
            Self::Close => "M5 5l10 10M15 5 5 15",
            Self::Check => "M4 10.5 8.2 14.5 16 6",
            Self::Copy => "M7.5 7.5h8v9h-8zM12.5 7.5V3.5h-8v9h3",
            Self::Info => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 9v4.5M10 6.4v.1",
            Self::Warn => "M10 3 18 16.5H2ZM10 8.5v3.5M10 14.2v.1",
            Self::Bad => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM7.5 7.5l5 5M12.5 7.5l-5 5",
            Self::Globe => {
                "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM2.5 10h15M10 2.5c-4.5 4.5-4.5 10.5 0 15M10 2.5c4.5 4.5 4.5 10.5 0 15"
            }
            Self::Mail => "M2.5 4.5h15v11h-15zM3 5.5l7 5.5 7-5.5",
            Self::Phone => "M6 2.5h8v15H6zM9 14.8h2",
            Self::Gift => {
                "M3 7h14v3.2H3zM4.3 10.2v6.8h11.4v-6.8M10 7v10M10 7C6.5 7 5.7 5.3 6.2 4.2 7 2.6 9.5 3.4 10 7c.5-3.6 3-4.4 3.8-2.8C14.3 5.3 13.5 7 10 7Z"
            }
            Self::Minus => "M4.5 10h11",
            Self::Plus => "M4.5 10h11M10 4.5v11",
            Self::Refresh => "M16.5 10a6.5 6.5 0 1 1-2-4.7M16.5 2.7v3.6h-3.6",
            Self::Clock => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 5.8V10l2.8 2",
            Self::Offline => {
                "M3 3l14 14M5.8 10.2a6.5 6.5 0 0 1 3-1.5M12 9.2a6.5 6.5 0 0 1 2.2 1M3 7.4a10.5 10.5 0 0 1 2.5-1.7M9 4.6a10.5 10.5 0 0 1 8 2.8M8.3 13a3 3 0 0 1 3.2-.2M10 16v.1"
            }
            Self::Outside => "M8.5 4.5h-4v11h11v-4M11.5 3.5h5v5M16.5 3.5 9.5 10.5",
            Self::Eye => {
                "M2 10c3.5-6.5 12.5-6.5 16 0-3.5 6.5-12.5 6.5-16 0ZM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z"
            }
            Self::EyeOff => {
                "M3 3l14 14M7.7 5.5c3.9-1 8 .5 10.3 4.5a10.6 10.6 0 0 1-2.2 2.7M4.7 7A10.8 10.8 0 0 0 2 10c2.4 4.2 7 5.7 11 4.2"
            }
            Self::Wallet => "M3 6.5v9h14v-9ZM3 6.5l10.5-3v3M13.5 11v.1",
            Self::Network => "M10 3v4M10 7 4.5 13M10 7l5.5 6M3 13h3v3.5H3zM14 13h3v3.5h-3z",
            Self::Receipt => "M4.5 2.5h11v15l-2.7-1.7L10 17.5l-2.8-1.7-2.7 1.7ZM7.5 6.5h5M7.5 10h5",
            Self::Shield => "M10 2.5 16.5 5v4.5c0 4-2.7 6.7-6.5 8-3.8-1.3-6.5-4-6.5-8V5ZM7 10l2.2 2.2L13 8.3",
            Self::Qr => "M3 3h5v5H3zM12 3h5v5h-5zM3 12h5v5H3zM12 12h2v2h-2zM17 12v5h-3",
            Self::Sim => "M5 2.5h6.5L15 6v11.5H5zM7.5 10h5v5h-5z",
            Self::Help => {
                "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM7.8 8c0-3 4.4-3 4.4 0 0 1.6-2.2 1.6-2.2 3.3M10 13.8v.1"
            }
        }
    }

    /// Whether it points in the direction of reading.
    pub(in crate::ui) const fn is_directional(self) -> bool {
        matches!(self, Self::Back | Self::Forward)
    }
}

/// An icon. Screen readers ignore it: the words beside it say the same.
#[component]
pub fn Icon(
    /// Which icon.
    glyph: Glyph,
) -> impl IntoView {
    // Both attributes are expressions: a fully static `<svg>` would be built through `innerHTML`.
    view! {
        <svg class=if glyph.is_directional() { "icon icon-directional" } else { "icon" } viewBox={"0 0 20 20"} aria-hidden={"true"}>
            <path d=glyph.path()></path>
        </svg>
    }
}
