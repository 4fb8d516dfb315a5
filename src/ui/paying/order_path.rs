//! The path of an order in four plain steps, with the times at which they were reached.

use cr_core::{order::Stage, time::Timestamp};
use leptos::prelude::*;

use super::screen_choice::is_settled;
use crate::ui::{
    expect_i18n, expect_store,
    parts::{Glyph, Icon, message::say},
};

/// The steps, in order: the message of each while it is under way, and the one otherwise.
const STEPS: [(&str, &str); 4] = [
    ("track.made", "track.made"),
    ("track.waiting", "track.seen"),
    ("track.confirming", "track.confirmed"),
    ("track.delivering", "track.delivered"),
];

/// When each step was reached, where that is known.
type Times = [Option<Timestamp>; STEPS.len()];

/// Returns how many steps lie behind an order at this stage; the next one is under way.
fn steps_done(stage: &Stage) -> usize {
    match stage {
        Stage::PaymentSeen => 2,
        Stage::Delivering | Stage::Done { complete: false } => 3,
        Stage::Done { complete: true } => 4,
        Stage::AwaitingPayment { .. }
        | Stage::PartlyPaid { .. }
        | Stage::NotPayable(_)
        | Stage::PaymentWithdrawn
        | Stage::Held
        | Stage::InReview
        | Stage::Expired { .. }
        | Stage::Failed
        | Stage::SetupFailed
        | Stage::Refunded
        | Stage::Canceled
        | Stage::InProgress => 1,
    }
}

/// Returns the times after one more observation: times that were known stay, and the newest step was reached when the
/// order last changed.
fn times_after(before: Times, done: usize, made: Option<Timestamp>, changed: Option<Timestamp>) -> Times {
    let mut times = before;
    times[0] = times[0].or(made);
    if let Some(last) = done.checked_sub(1)
        && last > 0
    {
        times[last] = times[last].or(changed);
    }
    times
}

/// The path of the current order.
#[component]
pub fn OrderPath() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let done = Memo::new(move |_| {
        let via = store.order_network();
        store.checkout.with(|checkout| match checkout.stage() {
            Some(_) if is_settled(checkout, via.as_ref()) => steps_done(&Stage::PaymentSeen),
            stage => stage.as_ref().map_or(1, steps_done),
        })
    });
    let times = Memo::new(move |before: Option<&Times>| {
        let before = before.copied().unwrap_or_default();
        store.checkout.with(|checkout| match checkout.order() {
            None => before,
            Some(order) => times_after(before, done.get(), order.created_at, order.updated_at),
        })
    });
    let steps: Vec<_> = STEPS
        .into_iter()
        .enumerate()
        .map(|(place, (name_now, name))| {
            let state = move || match place.cmp(&done.get()) {
                core::cmp::Ordering::Less => ("done", "track.done"),
                core::cmp::Ordering::Equal => ("now", "track.now"),
                core::cmp::Ordering::Greater => ("coming", "track.coming"),
            };
            let mark = move || (state().0 == "done").then(|| view! { <Icon glyph=Glyph::Check /> });
            let time = move || times.with(|times| times[place]).map(|at| i18n.time(at));
            view! {
                <li class="path-step" data-state=move || state().0 aria-current=move || (state().0 == "now").then_some("step")>
                    <span class="path-mark" aria-hidden="true">
                        {mark}
                    </span>
                    <span class="path-name">{move || i18n.t(if state().0 == "now" { name_now } else { name })}</span>
                    <span class="visually-hidden">{move || i18n.t(state().1)}</span>
                    <span class="path-time">{time}</span>
                </li>
            }
        })
        .collect();
    view! {
        <ol class="order-path" aria-label=say("track.path")>
            {steps}
        </ol>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_are_known_are_kept_and_skipped_steps_stay_blank() {
        let at = |secs| Some(Timestamp::from_secs(secs));
        let times = times_after(Times::default(), 1, at(10), at(11));
        assert_eq!(times, [at(10), None, None, None]);
        let times = times_after(times, 3, at(10), at(40));
        assert_eq!(times, [at(10), None, at(40), None]);
        let times = times_after(times, 3, at(10), at(50));
        assert_eq!(times, [at(10), None, at(40), None], "the step was reached when it was first seen");
        let times = times_after(times, 4, None, at(60));
        assert_eq!(times, [at(10), None, at(40), at(60)]);
    }
}
