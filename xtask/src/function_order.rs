//! The order of the functions in a wasm file: similar ones stand next to each other, so that a compressor finds
//! repetitions close by.

/// How many consecutive bytes are counted as one run.
const RUN: usize = 3;
/// How many kinds of runs are distinguished.
const KINDS: usize = 256;

/// How often each kind of run occurs in a function's body; counts stop at 255.
type Profile = [u8; KINDS];

/// Returns the positions of the bodies in a better order: the longest comes first, and each is followed by the most
/// similar one that is left. The same bodies always give the same order.
pub(crate) fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let mut left: Vec<(usize, Profile)> = bodies.iter().map(|body| profile(body)).enumerate().collect();
    let mut order = Vec::with_capacity(left.len());
    let longest = (0..bodies.len()).rev().max_by_key(|index| bodies[*index].len());
    let mut next = longest;
    while let Some(place) = next {
        let (index, current) = left.remove(place);
        order.push(index);
        next = (0..left.len()).min_by_key(|place| difference(&left[*place].1, &current));
    }
    order
}

fn profile(body: &[u8]) -> Profile {
    let mut profile = [0_u8; KINDS];
    for run in body.windows(RUN) {
        // The hash is FNV-1a, folded into one byte.
        let hash = run.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
        let [one, two, three, four] = hash.to_le_bytes();
        let count = &mut profile[usize::from(one ^ two ^ three ^ four)];
        *count = count.saturating_add(1);
    }
    profile
}

fn difference(one: &Profile, other: &Profile) -> u32 {
    one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_stands_beside_like_after_the_longest() {
        let bodies: [&[u8]; 5] =
            [b"abcdefgh", b"0123456789", b"abcdefgx", b"012345678901234567890123456789", b"abcdefxy"];
        assert_eq!(by_likeness(&bodies), [3, 1, 0, 2, 4]);
    }

    #[test]
    fn every_function_keeps_a_place_however_alike_they_are() {
        let bodies: [&[u8]; 4] = [b"", b"same", b"same", b""];
        let mut order = by_likeness(&bodies);
        assert_eq!(order[..2], [1, 2]);
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2, 3]);
        assert!(by_likeness(&[]).is_empty());
    }
}
