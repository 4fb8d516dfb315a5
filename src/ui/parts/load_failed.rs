//! The notice that something could not be loaded: what happened, and the way on.

use leptos::prelude::*;

use super::{Button, Glyph, Look, Notice, Tone};
use crate::{app::Trouble, ui::expect_i18n};

impl Trouble {
    /// Returns the message keys of its title and its text.
    pub(in crate::ui) const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Offline => ("error.offline.title", "error.offline.text"),
            Self::Unreachable => ("error.unreachable.title", "error.unreachable.text"),
            Self::Busy(_) => ("error.busy.title", "error.busy.text"),
            Self::Refused(_) => ("error.refused.title", "error.refused.text"),
            Self::NotFound => ("error.not_found.title", "error.not_found.text"),
        }
    }

    /// Returns how long a busy server asked us to wait, in seconds.
    pub(in crate::ui) fn wait_seconds(&self) -> Option<u64> {
        match self {
            Self::Busy(Some(wait)) => Some(wait.as_secs().clamp(1, 60)),
            Self::Busy(None) | Self::Offline | Self::Unreachable | Self::Refused(_) | Self::NotFound => None,
        }
    }
}

/// A notice with a button that tries again.
#[component]
pub fn LoadFailed(
    /// Why it could not be loaded.
    trouble: Trouble,
    /// Called to try again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = expect_i18n();
    let seconds = trouble.wait_seconds();
    let (title, text) = trouble.words();
    let words = move || match seconds {
        Some(seconds) => i18n.plural("error.busy.wait", seconds, &[]),
        None => i18n.t(text),
    };
    view! {
        <Notice tone=Tone::Warn title=move || i18n.t(title) alert=true>
            <p>{move || words()}</p>
            <p>
                <Button
                    label=move || i18n.t("error.retry")
                    look=Look::Secondary
                    icon=Glyph::Refresh
                    on_press=move |(): ()| on_retry.run(())
                />
            </p>
        </Notice>
    }
}
