//! How many reads of orders may still go to the supplier: its limit counts all requests of a partner, and the proxy
//! leaves half of it to other clients with the same partner id.
//!
//! Two thirds of a minute's places are for routine reads, which only keep what is known fresh. Half of these are
//! reserved for routine reads; the other half may also go to orders of which nothing is known. The remaining third, and
//! what is not used, is for reads that a client needs now.
//!
//! Reads of orders of which nothing is known may take any free place, as there is nothing else to respond with, but of
//! the places of other reads no more than that half: anybody can make up ids. So such reads never fill a minute beyond
//! its limit, but the other reads may still come on top with the places reserved for them. A minute never holds more
//! than five thirds of its limit, which is five sixths of what the supplier grants.

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
            *used.of(*old) -= 1;
        }
        at
    }

    fn has_place(&self, class: Class, used: Used) -> bool {
        let (floor, first) = (self.routine / 2, self.first_counted(used));
        match class {
            Class::First => used.all() < self.most || used.first < self.first_share(),
            Class::Urgent => used.urgent + first + used.routine.max(floor) < self.most,
            Class::Routine => used.routine + first < self.routine && used.urgent + used.routine + first < self.most,
        }
    }

    /// Returns how many places reads of unknown orders take from all other reads.
    fn first_counted(&self, used: Used) -> usize {
        used.first.min(self.first_share())
    }

    /// Returns how many places the other reads leave to reads of unknown orders.
    fn first_share(&self) -> usize {
        self.routine - self.routine / 2
    }

    fn used(&self) -> Used {
        let mut used = Used::default();
        self.reads.iter().for_each(|(_, class)| *used.of(*class) += 1);
        used
    }

    /// Returns when the proxy's own next routine read may go out: the first half of the routine places are free at
    /// once, the others are spread evenly, so that orders which were read together once are not read together for ever.
    pub fn paced_at(&mut self, now: Instant) -> Instant {
        let free = self.free_at(Class::Routine, now);
        let used = self.used();
        if used.routine + self.first_counted(used) < self.routine / 2 {
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
    fn all(self) -> usize {
        self.routine + self.urgent + self.first
    }

    fn of(&mut self, class: Class) -> &mut usize {
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

    #[tokio::test(start_paused = true)]
    async fn a_minute_holds_so_many_and_routine_leaves_a_third_of_them() {
        let (mut budget, start) = (Budget::new(60), Instant::now());
        let take = |budget: &mut Budget, class, times: usize, at| (0..times).filter(|_| budget.take(class, at)).count();
        assert_eq!(take(&mut budget, Class::Routine, 100, start), 40);
        assert_eq!(take(&mut budget, Class::Urgent, 100, start + Duration::from_secs(10)), 20);
        assert_eq!(take(&mut budget, Class::Routine, 1, start + Duration::from_secs(60)), 0);
        assert_eq!(budget.free_at(Class::Urgent, start + Duration::from_secs(60)), start + WINDOW);
        assert_eq!(take(&mut budget, Class::First, 1, start + Duration::from_secs(60)), 1, "there is nothing else");
        assert_eq!(take(&mut budget, Class::Routine, 100, start + WINDOW), 39);
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_unknown_orders_leaves_the_urgent_theirs() {
        let (mut budget, start) = (Budget::new(60), Instant::now());
        let take = |budget: &mut Budget, class, times: usize| (0..times).filter(|_| budget.take(class, start)).count();
        assert_eq!(take(&mut budget, Class::First, 500), 60);
        assert_eq!(take(&mut budget, Class::Urgent, 100), 20);
        assert_eq!(take(&mut budget, Class::Routine, 100), 20, "and the routine half of theirs");
    }

    #[tokio::test(start_paused = true)]
    async fn s27_no_minute_holds_more_than_five_sixths_of_what_the_supplier_grants() {
        let classes = [Class::First, Class::Urgent, Class::Routine];
        for seed in 0..200_u32 {
            let (mut budget, start) = (Budget::new(60), Instant::now());
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
                assert!(taken.len() <= 100, "{seed}: {}", taken.len());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn reads_of_unknown_orders_get_a_third_whatever_else_is_wanted() {
        let (mut budget, start) = (Budget::new(60), Instant::now());
        let take = |budget: &mut Budget, class, times: usize| (0..times).filter(|_| budget.take(class, start)).count();
        assert_eq!(take(&mut budget, Class::Urgent, 100), 40);
        assert_eq!(take(&mut budget, Class::Routine, 100), 20);
        assert_eq!(take(&mut budget, Class::First, 100), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_urgent_reads_leaves_the_routine_half_of_their_share() {
        let (mut budget, start) = (Budget::new(60), Instant::now());
        let take = |budget: &mut Budget, class, times: usize| (0..times).filter(|_| budget.take(class, start)).count();
        assert_eq!(take(&mut budget, Class::Urgent, 100), 40);
        assert_eq!(take(&mut budget, Class::Routine, 100), 20);
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
