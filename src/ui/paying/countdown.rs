//! How long a payment is still accepted, by the server's clock. The line is small and calm until five minutes remain,
//! and is announced at ten, five and one minute only.

use core::time::Duration;

use cr_core::{order::PAYMENT_WINDOW, time::Timestamp};
use leptos::prelude::*;

use crate::ui::{
    expect_announcer, expect_i18n, expect_store,
    parts::{Glyph, Icon, message::isolate},
};

/// How long after the payment window a payment may still come to light before a new order is offered
/// (docs/supplier-api.md §9.6).
pub(super) const GRACE: Duration = Duration::from_secs(5 * 60);

/// From this much time left on, seconds are shown.
const URGENT: Duration = Duration::from_secs(5 * 60);

/// The minutes left that are announced when they are reached.
const SPOKEN: [u64; 3] = [10, 5, 1];

/// What is left of the payment window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLeft {
    /// The server sent no times, or its clock was never seen: the device's own clock may be wrong.
    Unknown,
    /// The time that is left.
    Left(Duration),
    /// No time: by our reckoning the window has passed. Only the server knows what that means.
    Over,
}

/// Returns what is left of the payment window of the current order, second by second.
pub(super) fn time_left() -> Memo<TimeLeft> {
    let store = expect_store();
    let tick = store.tick();
    Memo::new(move |_| {
        tick.track();
        match store.checkout.with(|checkout| checkout.order()?.pay_until()) {
            None => TimeLeft::Unknown,
            Some(until) if store.has_server_clock() => left_between(store.server_now(), until),
            Some(until) if store.earliest_now() >= until => TimeLeft::Over,
            Some(_) => TimeLeft::Unknown,
        }
    })
}

/// Returns whole seconds, rounded up, so that the line never reads 0:00 while a payment is still accepted, and never
/// more than a whole window.
fn left_between(now: Timestamp, until: Timestamp) -> TimeLeft {
    let left = until.since(now).min(PAYMENT_WINDOW);
    if left.is_zero() {
        TimeLeft::Over
    } else {
        TimeLeft::Left(Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0)))
    }
}

/// Returns a time as `4:59`, in ASCII digits in every language.
pub(super) fn minutes_and_seconds(left: Duration) -> String {
    let secs = left.as_secs();
    let (minutes, seconds) = (secs / 60, secs % 60);
    let zero = if seconds < 10 { "0" } else { "" };
    [&minutes.to_string(), ":", zero, &seconds.to_string()].concat()
}

/// Returns the minute to be announced now, if one was crossed since `before`.
fn spoken_minute(before: TimeLeft, now: TimeLeft) -> Option<u64> {
    let (TimeLeft::Left(before), TimeLeft::Left(now)) = (before, now) else { return None };
    SPOKEN.into_iter().rev().find(|minute| before.as_secs() > minute * 60 && now.as_secs() <= minute * 60)
}

/// A line with the time that is left.
#[component]
pub fn Countdown(
    /// The time that is left.
    left: Memo<TimeLeft>,
) -> impl IntoView {
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let minutes = move |count: u64| i18n.plural("pay.minutes_left", count, &[]);
    Effect::new(move |before: Option<TimeLeft>| {
        let now = left.get();
        if let Some(minute) = before.and_then(|before| spoken_minute(before, now)) {
            announcer.say(minutes(minute));
        }
        now
    });
    let is_urgent = move || matches!(left.get(), TimeLeft::Left(left) if left < URGENT);
    let text = move || match left.get() {
        TimeLeft::Unknown => i18n.t("pay.about_30"),
        TimeLeft::Left(left) if left < URGENT => {
            i18n.tf("pay.time_left", &[("time", &isolate(i18n, &minutes_and_seconds(left)))])
        }
        TimeLeft::Left(left) => i18n.tf("pay.min_short", &[("minutes", &i18n.number(left.as_secs().div_ceil(60)))]),
        TimeLeft::Over => i18n.t("pay.over"),
    };
    view! {
        <p class="countdown" role="timer" aria-live="off" data-urgent=move || is_urgent().then_some("true")>
            <Icon glyph=Glyph::Clock />
            <span>{text}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(secs: u64) -> TimeLeft {
        TimeLeft::Left(Duration::from_secs(secs))
    }

    #[test]
    fn time_is_over_when_the_window_ends_and_not_a_millisecond_before() {
        for (now, until, expected) in [
            (0, 1_800_000, left(1800)),
            (1_799_001, 1_800_000, left(1)),
            (1_799_999, 1_800_000, left(1)),
            (1_800_000, 1_800_000, TimeLeft::Over),
            (1_900_000, 1_800_000, TimeLeft::Over),
            (i64::MAX, i64::MIN, TimeLeft::Over),
            // A clock that is behind, or an invoice that is good for a day.
            (0, 86_400_000, left(1800)),
            (i64::MIN, i64::MAX, left(1800)),
        ] {
            let at = Timestamp::from_millis;
            assert_eq!(left_between(at(now), at(until)), expected, "{now} of {until}");
        }
    }

    #[test]
    fn only_ten_five_and_one_minutes_are_spoken_and_each_once() {
        let mut spoken = Vec::new();
        for second in (0..1800).rev() {
            spoken.extend(spoken_minute(left(second + 1), left(second)));
        }
        assert_eq!(spoken, [10, 5, 1]);
    }

    #[test]
    fn after_a_long_sleep_the_nearest_minute_is_spoken() {
        assert_eq!(spoken_minute(left(1500), left(50)), Some(1));
        assert_eq!(spoken_minute(left(1500), left(250)), Some(5));
        assert_eq!(spoken_minute(left(1500), TimeLeft::Over), None);
    }

    #[test]
    fn seconds_have_two_digits() {
        for (secs, text) in [(0, "0:00"), (9, "0:09"), (60, "1:00"), (299, "4:59"), (1800, "30:00")] {
            assert_eq!(minutes_and_seconds(Duration::from_secs(secs)), text);
        }
    }
}
