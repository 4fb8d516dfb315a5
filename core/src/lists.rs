//! Sorting and numbering, written once for all types: the maps and sorts of the standard library are compiled anew for
//! each type that they are used with, which adds several kilobytes to the download each time.

/// Returns the numbers below `count`, sorted; equal ones keep their order. `is_before` says whether the first goes
/// before the second.
pub(crate) fn sorted(count: usize, is_before: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for pair in order.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([one, others @ ..], [other, rest @ ..]) = (left, right) {
                if is_before(*other, *one) {
                    merged.push(*other);
                    right = rest;
                } else {
                    merged.push(*one);
                    left = others;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        core::mem::swap(&mut order, &mut merged);
        merged.clear();
        width *= 2;
    }
    order
}

/// A list of texts without repetitions, each numbered in the order in which it first came.
#[derive(Default)]
pub(crate) struct Numbered {
    texts: Vec<String>,
    /// A hash table with open addressing: each slot holds the number of a text plus one, or zero where it is empty. The
    /// length is a power of two.
    slots: Vec<u32>,
}

impl Numbered {
    /// Returns the number of a text, if it has one.
    pub(crate) fn get(&self, text: &str) -> Option<usize> {
        self.slot(text)
            .and_then(|slot| self.slots.get(slot))
            .and_then(|number| number.checked_sub(1))
            .map(|at| at as usize)
    }

    /// Returns the number of a text, which gets the next number if it has none.
    pub(crate) fn add(&mut self, text: &str) -> usize {
        if let Some(known) = self.get(text) {
            return known;
        }
        let number = self.texts.len();
        self.texts.push(text.to_owned());
        if self.texts.len() * 2 > self.slots.len() {
            // Half of the table stays empty, so that a search in it ends soon.
            self.slots = vec![0; self.texts.len().next_power_of_two() * 4];
            (0..number).for_each(|known| self.enter(known));
        }
        self.enter(number);
        number
    }

    /// Returns the texts in the order of their numbers.
    pub(crate) fn into_texts(self) -> Vec<String> {
        self.texts
    }

    fn enter(&mut self, number: usize) {
        let slot = self.texts.get(number).and_then(|text| self.slot(text));
        if let (Some(slot), Ok(number)) = (slot.and_then(|slot| self.slots.get_mut(slot)), u32::try_from(number + 1)) {
            *slot = number;
        }
    }

    /// Returns the slot that holds a text, or the empty one that it would go into; `None` for an empty table.
    fn slot(&self, text: &str) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        // The hash is FNV-1a with its upper half mixed in.
        let hash = text.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let mut slot = (hash ^ (hash >> 16)) as usize & mask;
        while let Some(number) = self.slots.get(slot).and_then(|number| number.checked_sub(1))
            && self.texts.get(number as usize).is_some_and(|known| known != text)
        {
            slot = (slot + 1) & mask;
        }
        Some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn sorting_is_what_the_stable_sort_of_the_library_does(keys in prop::collection::vec(0u8..12, 0..70)) {
            let mut expected: Vec<usize> = (0..keys.len()).collect();
            expected.sort_by_key(|at| keys[*at]);
            prop_assert_eq!(sorted(keys.len(), &|one, other| keys[one] < keys[other]), expected);
        }

        #[test]
        fn numbering_is_what_a_map_does(texts in prop::collection::vec("[ab]{0,3}|\\PC{0,3}", 0..120)) {
            let (mut numbered, mut known) = (Numbered::default(), BTreeMap::new());
            for text in &texts {
                prop_assert_eq!(numbered.get(text), known.get(text).copied());
                let next = known.len();
                prop_assert_eq!(numbered.add(text), *known.entry(text.clone()).or_insert(next));
            }
            let texts = numbered.into_texts();
            prop_assert_eq!(texts.len(), known.len());
            prop_assert!(known.iter().all(|(text, number)| texts[*number] == *text));
        }
    }
}
