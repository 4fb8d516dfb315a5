//! Something could not be loaded: what happened, and the way on.

use leptos::prelude::*;

use super::{Button, Glyph, Look, Notice, Tone};
use crate::{app::Trouble, ui::expect_i18n};

/// A notice with a button that tries again.
#[component]
pub fn LoadFailed(
    /// Why.
    trouble: Trouble,
    /// Tries again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = expect_i18n();
    let seconds = match &trouble {
        Trouble::Busy(Some(wait)) => Some(wait.as_secs().clamp(1, 60)),
        Trouble::Busy(None) | Trouble::Offline | Trouble::Unreachable | Trouble::Refused(_) | Trouble::NotFound => None,
    };
    let (title, text): (&'static str, &'static str) = match trouble {
        Trouble::Offline => ("error.offline.title", "error.offline.text"),
        Trouble::Unreachable => ("error.unreachable.title", "error.unreachable.text"),
        Trouble::Busy(_) => ("error.busy.title", "error.busy.text"),
        Trouble::Refused(_) => ("error.refused.title", "error.refused.text"),
        Trouble::NotFound => ("error.not_found.title", "error.not_found.text"),
    };
    let words = move || match seconds {
        Some(seconds) => i18n.plural("error.busy.wait", seconds, &[]),
        None => i18n.t(text),
    };
    view! {
        <Notice tone=Tone::Warn title=move || i18n.t(title) alert=true>
            <p>{words}</p>
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
