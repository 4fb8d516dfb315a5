//! How times are written in steps and tags.

use std::time::Duration;

/// The longest time that any field takes.
const TIME_MAX: Duration = Duration::from_secs(3_600);

/// Parses `"250ms"`, `"20s"`, `"2m"`: more than nothing, at most an hour.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let unit = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let count = text.strip_suffix(unit)?.parse::<u64>().ok()?;
    let duration = match unit {
        "ms" => Duration::from_millis(count),
        "s" => Duration::from_secs(count),
        "m" => Duration::from_secs(count.checked_mul(60)?),
        _ => return None,
    };
    (duration > Duration::ZERO && duration <= TIME_MAX).then_some(duration)
}
