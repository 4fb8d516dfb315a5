//! The records of all orders, bounded in number and weight, and which of them the proxy reads next by itself.

use std::{collections::HashMap, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, header};
use tokio::time::Instant;

use super::record::{RECORD_BYTES, Record};
use crate::{
    answer::{Answer, Reply},
    budget::{Budget, Class},
    limits::Limits,
    requests::OrderId,
    upstream::Shopper,
};

/// A record that is neither watched nor asked for is dropped after this time.
const OLD: Duration = Duration::from_secs(600);
/// How often the proxy looks for old records.
const SWEEP: Duration = Duration::from_secs(60);

pub(super) struct Shelf {
    pub(super) records: HashMap<OrderId, Record>,
    pub(super) budget: Budget,
    /// What all records weigh, snapshots and shared answers included, in bytes.
    pub(super) bytes: usize,
    pub(super) flying: usize,
    pub(super) last_flight: u64,
    /// Whether the task that makes the proxy's own reads is running.
    pub(super) is_kept: bool,
    /// Until when the supplier asked for a pause, and the answer that said so.
    pub(super) held_until: Option<(Instant, Arc<Answer>)>,
    pub(super) swept: Instant,
}

impl Shelf {
    pub(super) fn record(&mut self, id: &OrderId, shopper: &Shopper, now: Instant, limits: &Limits) -> &mut Record {
        if !self.records.contains_key(id) {
            self.make_room(now, limits);
            self.bytes += RECORD_BYTES;
        }
        let record = self.records.entry(id.clone()).or_insert_with(|| Record::new(shopper.clone(), now));
        record.used = now;
        record.shopper = shopper.clone();
        record
    }

    /// Changes a record, if it is there, and updates the weight of all records.
    pub(super) fn change<T>(&mut self, id: &OrderId, change: impl FnOnce(&mut Record) -> T) -> Option<T> {
        let record = self.records.get_mut(id)?;
        let before = record.weight();
        let out = change(record);
        self.bytes = (self.bytes + record.weight()).saturating_sub(before);
        Some(out)
    }

    /// Drops old records; if that is not enough, also those that were not used for the longest time.
    pub(super) fn make_room(&mut self, now: Instant, limits: &Limits) {
        let is_full = |shelf: &Self| shelf.records.len() >= limits.orders_entries || shelf.bytes > limits.orders_bytes;
        if !is_full(self) && now < self.swept + SWEEP {
            return;
        }
        self.swept = now;
        self.records.retain(|_, record| !record.is_idle() || record.used + OLD > now);
        for record in self.records.values_mut() {
            record.shared.take_if(|kept| kept.until <= now);
        }
        self.weigh();
        if !is_full(self) {
            return;
        }
        let mut idle: Vec<(Instant, OrderId)> = self
            .records
            .iter()
            .filter(|(_, record)| record.is_idle())
            .map(|(id, record)| (record.used, id.clone()))
            .collect();
        idle.sort_by_key(|(used, _)| *used);
        // A tenth is dropped at once, so that not every new record has to go through all others.
        let most = (limits.orders_entries - limits.orders_entries / 10, limits.orders_bytes - limits.orders_bytes / 10);
        for (_, id) in idle {
            if self.records.len() < most.0 && self.bytes <= most.1 {
                return;
            }
            if let Some(record) = self.records.remove(&id) {
                self.bytes = self.bytes.saturating_sub(record.weight());
            }
        }
        // The remaining records are watched: they stay, but the snapshots in them are dropped, since they can be read
        // again.
        let mut watched: Vec<OrderId> = self.records.keys().cloned().collect();
        watched.sort_by_key(|id| self.records.get(id).map(|record| record.used));
        for id in watched {
            if self.bytes <= most.1 {
                return;
            }
            self.change(&id, |record| {
                record.shared = None;
                record.lose();
            });
        }
    }

    pub(super) fn weigh(&mut self) {
        self.bytes = self.records.values().map(Record::weight).sum();
    }

    /// Returns whether a routine read of an order that has waited since `since` has to let another order go first that
    /// has waited longer.
    pub(super) fn is_someone_needier(&self, since: Instant, now: Instant, limits: &Limits) -> bool {
        self.records
            .values()
            .any(|record| record.since() < since && record.due(limits, now).is_some_and(|(at, _)| at <= now))
    }

    /// Returns, while the supplier asks for a pause, the supplier's refusal with the remaining time.
    pub(super) fn held(&self, now: Instant) -> Option<Reply> {
        let (until, answer) = self.held_until.as_ref().filter(|(until, _)| *until > now)?;
        let rest = until.saturating_duration_since(now).as_millis().div_ceil(1_000);
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_str(&rest.to_string()).ok()?)]);
        Some(Answer::new(answer.status, &headers, answer.body.clone(), now.into_std()).map(Arc::new))
    }

    /// Returns what the proxy does next by itself: a read, or a wait until a moment; `None` if nothing is to be waited
    /// for.
    pub(super) fn next(&mut self, now: Instant, limits: &Limits) -> Option<Result<(OrderId, Class), Instant>> {
        let mut soonest: Option<Instant> = None;
        // The order of each class that has waited longest.
        let (mut unknown, mut urgent, mut routine) = (None::<(Instant, &OrderId)>, None, None);
        for (id, record) in &self.records {
            let Some((at, class)) = record.due(limits, now) else { continue };
            if at > now {
                soonest = Some(soonest.map_or(at, |known| known.min(at)));
                continue;
            }
            let since = record.since();
            let first = match class {
                Class::First => &mut unknown,
                Class::Urgent => &mut urgent,
                Class::Routine => &mut routine,
            };
            if first.is_none_or(|(oldest, _)| since < oldest) {
                *first = Some((since, id));
            }
        }
        // Made-up ids may have taken the places of unknown orders, so an unknown order that is watched may take an
        // urgent place.
        let all =
            [(Class::First, unknown), (Class::Urgent, unknown), (Class::Urgent, urgent), (Class::Routine, routine)];
        for (class, id) in all.map(|(class, first)| (class, first.map(|(_, id)| id.clone()))) {
            let Some(id) = id else { continue };
            let free = match class {
                Class::First | Class::Urgent => self.budget.free_at(class, now),
                Class::Routine => self.budget.paced_at(now),
            };
            let free = self.held_until.as_ref().map_or(free, |(held, _)| free.max(*held));
            if free <= now {
                return Some(Ok((id, class)));
            }
            soonest = Some(soonest.map_or(free, |known| known.min(free)));
        }
        soonest.map(Err)
    }
}
