//! How many reads of orders may still go to the supplier: its limit counts all requests of a partner, and the proxy
//! leaves half of it to other clients with the same partner id.
//!
//! A minute holds no more than its limit, whatever is asked for. Two thirds of it at most are for routine reads, which
//! only keep what is known fresh. A sixth is reserved for them, a sixth for reads that a client needs now, and a twelfth
//! for orders of which nothing is known; what is not reserved goes to whoever comes first. So no class shuts out another
//! one, though anybody can make up ids.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// The minute by which the supplier counts, and a little more, since not every read takes equally long to arrive.
const WINDOW: Duration = Duration::from_millis(60_500);

/// What a read is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Confirms what is known already.
    Routine,
    /// Follows a new stream or an event: something may just have changed.
    Urgent,
    /// Reads an order of which nothing is known, so there is nothing else to respond with.
    First,
}

/// The reads of the last minute, and how many may go out.
#[derive(Debug)]
pub struct Budget {
    most: usize,
    routine: usize,
    reads: VecDeque<(Instant, Class)>,
}

impl Budget {
    /// Creates a budget of at most `most` reads a minute.
    pub fn new(most: usize) -> Self {
        let most = most.max(3);
        Self { most, routine: most * 2 / 3, reads: VecDeque::new() }
    }

    /// Takes a place, if there is one, and returns whether there was.
    pub fn take(&mut self, class: Class, now: Instant) -> bool {
        let is_there = self.free_at(class, now) <= now;
        if is_there {
            self.reads.push_back((now, class));
        }
        is_there
    }

    /// Returns when there will be a place, if nothing else takes it.
    pub fn free_at(&mut self, class: Class, now: Instant) -> Instant {
        while self.reads.front().is_some_and(|(read, _)| *read + WINDOW <= now) {
            self.reads.pop_front();
        }
        let (mut used, mut at) = (self.used(), now);
        for (read, old) in &self.reads {
            if self.has_place(class, used) {
                break;
            }
            at = *read + WINDOW;
            *used.of_mut(*old) -= 1;
        }
        at
    }

    fn has_place(&self, class: Class, used: Used) -> bool {
        let within = match class {
            Class::Routine => used.routine < self.routine,
            Class::Urgent | Class::First => true,
        };
        within && used.of(class) + self.set_aside(class, used) < self.most
    }

    /// Returns how many places the two other classes use or have reserved.
    fn set_aside(&self, class: Class, used: Used) -> usize {
        let others = [Class::Routine, Class::Urgent, Class::First].into_iter().filter(|other| *other != class);
        others.map(|other| used.of(other).max(self.reserved(other))).sum()
    }

    /// Returns how many places of a minute are reserved for a class: one at least, however small the budget is.
    fn reserved(&self, class: Class) -> usize {
        let share = match class {
            Class::Routine | Class::Urgent => self.most / 6,
            Class::First => self.most / 12,
        };
        share.max(1)
    }

    fn used(&self) -> Used {
        let mut used = Used::default();
        self.reads.iter().for_each(|(_, class)| *used.of_mut(*class) += 1);
        used
    }

    /// Returns when the proxy's own next routine read may go out: the first half of the routine places are free at
    /// once, the others are spread evenly, so that orders which were read together once are not read together for ever.
    pub fn paced_at(&mut self, now: Instant) -> Instant {
        let free = self.free_at(Class::Routine, now);
        let used = self.used();
        if used.routine < self.routine / 2 {
            return free;
        }
        let last = self.reads.iter().rev().find(|(_, class)| *class == Class::Routine);
        let pace = WINDOW / u32::try_from(self.routine).unwrap_or(u32::MAX);
        last.map_or(free, |(read, _)| free.max(*read + pace))
    }
}

/// How many reads of each class are in the last minute.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    routine: usize,
    urgent: usize,
    first: usize,
}

impl Used {
    const fn of(self, class: Class) -> usize {
        match class {
            Class::Routine => self.routine,
            Class::Urgent => self.urgent,
            Class::First => self.first,
        }
    }

    const fn of_mut(&mut self, class: Class) -> &mut usize {
        match class {
            Class::Routine => &mut self.routine,
            Class::Urgent => &mut self.urgent,
            Class::First => &mut self.first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(budget: &mut Budget, class: Class, times: usize, at: Instant) -> usize {
        (0..times).filter(|_| budget.take(class, at)).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_holds_so_many_and_routine_leaves_a_third_of_them() {
        let (mut budget, start) = (Budget::new(60), Instant::now());
        assert_eq!(take(&mut budget, Class::Routine, 100, start), 40);
        assert_eq!(take(&mut budget, Class::Urgent, 100, start + Duration::from_secs(10)), 15);
        assert_eq!(take(&mut budget, Class::Routine, 1, start + Duration::from_secs(60)), 0);
        assert_eq!(budget.free_at(Class::Urgent, start + Duration::from_secs(60)), start + WINDOW);
        assert_eq!(take(&mut budget, Class::First, 100, start + Duration::from_secs(60)), 5, "these were reserved");
        assert_eq!(take(&mut budget, Class::Routine, 100, start + WINDOW), 40);
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_one_class_leaves_the_others_what_is_reserved_for_them() {
        for (storm, most, left) in [
            (Class::First, 40, [(Class::Urgent, 10), (Class::Routine, 10)]),
            (Class::Urgent, 45, [(Class::Routine, 10), (Class::First, 5)]),
            (Class::Routine, 40, [(Class::Urgent, 15), (Class::First, 5)]),
        ] {
            let (mut budget, start) = (Budget::new(60), Instant::now());
            assert_eq!(take(&mut budget, storm, 500, start), most, "{storm:?}");
            for (class, reserved) in left {
                assert_eq!(take(&mut budget, class, 100, start), reserved, "{class:?} after a storm of {storm:?}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_smallest_budget_leaves_a_place_to_each_class() {
        let classes = [Class::First, Class::Urgent, Class::Routine];
        for most in 3..=60 {
            for last in classes {
                let (mut budget, start) = (Budget::new(most), Instant::now());
                for storm in classes.into_iter().filter(|class| *class != last) {
                    take(&mut budget, storm, 500, start);
                }
                assert!(take(&mut budget, last, 500, start) > 0, "{last:?} of {most}");
                assert!(budget.used().of(last) + budget.set_aside(last, budget.used()) <= most, "{most}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn s27_no_minute_holds_more_than_half_of_what_the_supplier_grants() {
        let classes = [Class::First, Class::Urgent, Class::Routine];
        for seed in 0..200_u32 {
            let most = [60, 3, 6, 11][seed as usize % 4];
            let (mut budget, start) = (Budget::new(most), Instant::now());
            let (mut at, mut random, mut taken) = (start, seed.wrapping_mul(2_654_435_761) | 1, VecDeque::new());
            for _ in 0..3_000 {
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                // Bursts of one class after the other.
                let class = classes[(random / 64 % 8).min(2 + seed % 3) as usize % 3];
                at += Duration::from_millis(u64::from(random % 400));
                if budget.take(class, at) {
                    taken.push_back(at);
                }
                while taken.front().is_some_and(|read| *read + Duration::from_secs(60) <= at) {
                    taken.pop_front();
                }
                assert!(taken.len() <= most, "{seed}: {} of {most}", taken.len());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_proxys_own_reads_spread_once_half_of_their_places_are_used() {
        let (mut budget, start) = (Budget::new(60), Instant::now());
        for _ in 0..20 {
            assert_eq!(budget.paced_at(start), start);
            assert!(budget.take(Class::Routine, start));
        }
        assert_eq!(budget.paced_at(start), start + WINDOW / 40);
    }
}
