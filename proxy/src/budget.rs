//! How many reads of orders may still go to the supplier: its limit counts a whole partner, and half of it is left to
//! whoever else speaks under the same id.
//!
//! Any minute holds at most [`Budget::most`] reads, whoever wanted them. Two thirds of these are for reads that only keep
//! what is known fresh; the rest waits for those that somebody needs now.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// What the supplier counts by, and a little more, since not every read travels equally long.
const WINDOW: Duration = Duration::from_millis(60_500);

/// What a read is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// To know again what is known.
    Routine,
    /// Behind a new stream or an event: something may just have changed.
    Urgent,
    /// Of an order of which nothing is known. There is nothing else to answer with, so it always goes.
    First,
}

/// The reads of the last minute.
#[derive(Debug)]
pub struct Budget {
    most: usize,
    routine: usize,
    reads: VecDeque<(Instant, Class)>,
}

impl Budget {
    /// At most `most` reads a minute.
    pub fn new(most: usize) -> Self {
        let most = most.max(3);
        Self { most, routine: most * 2 / 3, reads: VecDeque::new() }
    }

    /// Takes a place, if there is one.
    pub fn take(&mut self, class: Class, now: Instant) -> bool {
        let is_there = self.free_at(class, now) <= now;
        if is_there {
            self.reads.push_back((now, class));
        }
        is_there
    }

    /// When there will be a place, if nobody else takes it.
    pub fn free_at(&mut self, class: Class, now: Instant) -> Instant {
        while self.reads.front().is_some_and(|(read, _)| *read + WINDOW <= now) {
            self.reads.pop_front();
        }
        let after = |used: usize, most: usize, of: &dyn Fn(Class) -> bool| {
            let over = (used + 1).checked_sub(most)?.checked_sub(1)?;
            self.reads.iter().filter(|(_, class)| of(*class)).nth(over).map(|(read, _)| *read + WINDOW)
        };
        let all = after(self.reads.len(), self.most, &|_| true).unwrap_or(now);
        match class {
            Class::First => now,
            Class::Urgent if self.is_stormed() => now,
            Class::Urgent => all,
            Class::Routine => {
                after(self.routine_used(), self.routine, &|class| class != Class::Urgent).unwrap_or(now).max(all)
            }
        }
    }

    /// When the proxy's next routine read of its own may go: half of their places at once, the others evenly, so that
    /// what is read together once is not read together for ever.
    pub fn paced_at(&mut self, now: Instant) -> Instant {
        let free = self.free_at(Class::Routine, now);
        if self.routine_used() < self.routine / 2 {
            return free;
        }
        let last = self.reads.iter().rev().find(|(_, class)| *class == Class::Routine).map_or(now, |(read, _)| *read);
        let pace = WINDOW / u32::try_from(self.routine).unwrap_or(u32::MAX);
        free.max(last + pace)
    }

    /// Whether orders that nothing was known of took more than routine reads may: after a restart, when all pages come
    /// back at once. What was kept for the urgent is theirs even then.
    fn is_stormed(&self) -> bool {
        let used = |wanted: Class| self.reads.iter().filter(|(_, class)| *class == wanted).count();
        used(Class::First) > self.routine && used(Class::Urgent) < self.most - self.routine
    }

    /// First reads count as routine ones do: what they take must not be missing for the urgent.
    fn routine_used(&self) -> usize {
        self.reads.iter().filter(|(_, class)| *class != Class::Urgent).count()
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
        assert_eq!(take(&mut budget, Class::First, 90), 90);
        assert_eq!(take(&mut budget, Class::Routine, 10), 0);
        assert_eq!(take(&mut budget, Class::Urgent, 100), 20);
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
