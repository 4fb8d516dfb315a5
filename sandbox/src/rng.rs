//! Pseudo-random numbers from text: the same seed and label always give the same numbers, on every machine. They are not
//! fit for secrets; order ids come from the operating system.

use sha2::{Digest, Sha256};
use uuid::Builder;

/// A stream of numbers that begins at a seed and a label.
#[derive(Clone, Debug)]
pub(crate) struct Rng(fastrand::Rng);

impl Rng {
    /// Returns the stream that belongs to `seed` and `label`.
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        let hash = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(label).finalize();
        let start = hash.first_chunk().expect("a SHA-256 hash has 32 bytes");
        Self(fastrand::Rng::with_seed(u64::from_le_bytes(*start)))
    }

    /// Returns the next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// Returns a number below `bound` (0 when the bound is 0).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { self.0.usize(..bound) }
    }

    /// Returns true once in `n` times on average.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Returns one of the items.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Returns a version 4 UUID (RFC 9562) in lower case.
    pub(crate) fn uuid(&mut self) -> String {
        let mut bytes = [0; 16];
        self.0.fill(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_label_give_the_same_numbers_on_every_machine() {
        let some = |seed, label| {
            let mut rng = Rng::new(seed, label);
            (rng.below(1_000_000), rng.below(1_000_000), rng.uuid())
        };
        assert_eq!(some(1, "brands/US"), some(1, "brands/US"));
        assert_ne!(some(1, "brands/US"), some(2, "brands/US"));
        assert_ne!(some(1, "brands/US"), some(1, "brands/JP"));
        assert_eq!(some(1, "brands/US"), (987_676, 833_255, "bc96d0a0-fd1f-4b3d-8bea-d462cca4dc0a".to_owned()));
    }
}
