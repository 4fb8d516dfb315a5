//! Laws of the waits between two tries.

use core::time::Duration;
use cr_core::backoff::{Backoff, between};
use proptest::prelude::*;

#[test]
fn the_ceiling_doubles_from_one_to_thirty_seconds() {
    let ceilings = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    for (attempt, ceiling) in (0..).zip(ceilings) {
        let longest = Backoff::STREAM.wait(attempt, u32::MAX);
        assert!((ceiling - 1..=ceiling).contains(&longest.as_millis()), "attempt {attempt}: {longest:?}");
        assert_eq!(Backoff::STREAM.wait(attempt, 0), Duration::from_millis(500), "attempt {attempt}");
    }
}

proptest! {
    #[test]
    fn waits_stay_between_floor_and_cap(attempt: u32, random: u32) {
        let wait = Backoff::STREAM.wait(attempt, random);
        prop_assert!((Backoff::STREAM.floor..=Backoff::STREAM.cap).contains(&wait));
    }

    #[test]
    fn more_randomness_never_means_less_waiting(attempt in 0_u32..40, one: u32, other: u32) {
        let (small, large) = (one.min(other), one.max(other));
        prop_assert!(Backoff::STREAM.wait(attempt, small) <= Backoff::STREAM.wait(attempt, large));
        prop_assert!(Backoff::STREAM.wait(attempt, one) <= Backoff::STREAM.wait(attempt + 1, one));
    }

    #[test]
    fn a_wait_is_between_its_bounds(low in 0_u64..1_000_000, span in 0_u64..1_000_000, random: u32) {
        let (low, high) = (Duration::from_millis(low), Duration::from_millis(low + span));
        let wait = between(low, high, random);
        prop_assert!(low <= wait && wait <= high);
    }

    #[test]
    fn no_bounds_make_it_panic(low: u64, high: u64, random: u32) {
        let _ = between(Duration::from_secs(low), Duration::from_secs(high), random);
    }
}

#[test]
fn waits_are_spread_evenly() {
    let (low, high) = (Duration::from_millis(500), Duration::from_secs(12));
    let mut buckets = [0_u32; 10];
    for step in 0..10_000_u32 {
        let wait = between(low, high, step * 429_496);
        let bucket = (wait - low).as_millis() * 10 / (high - low).as_millis();
        buckets[usize::try_from(bucket).expect("ten buckets").min(9)] += 1;
    }
    assert!(buckets.iter().all(|count| (990..=1_010).contains(count)), "{buckets:?}");
}
