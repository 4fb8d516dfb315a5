//! The tone of the news, as a mark beside its words.

use leptos::prelude::*;

use super::{Glyph, Icon, Tone};

/// A mark that shows the tone of the news beside its words.
pub(crate) fn tone_mark(tone: Tone) -> AnyView {
    let (name, glyph) = match tone {
        Tone::Info => ("info", Glyph::Info),
        Tone::Warn => ("warn", Glyph::Warn),
        Tone::Bad => ("bad", Glyph::Bad),
        Tone::Good => ("good", Glyph::Check),
    };
    view! {
        <span class="tone-mark" data-tone=name>
            <Icon glyph />
        </span>
    }
    .into_any()
}
