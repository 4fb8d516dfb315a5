//! Whether 32 bytes are a point of Ed25519 (RFC 8032 §5.1.3). On Solana that is the address of a key; any other was
//! derived by a program.
//!
//! The curve is −x² + y² = 1 + d·x²·y² modulo p = 2²⁵⁵ − 19, and the bytes hold y. They are a point if x² = (y² − 1) /
//! (d·y² + 1) has a root. The sign of x, in the highest bit, decides nothing; a y of p or more counts as its remainder,
//! and zero has a root of either sign, as in `curve25519-dalek` and with it in Solana's runtime.

/// A number modulo p in eight limbs, the lowest first; it is not always the smallest one of its class.
type Number = [u32; 8];

const ONE: Number = [1, 0, 0, 0, 0, 0, 0, 0];
/// p − 1.
const MINUS_ONE: Number =
    [0xffff_ffec, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0x7fff_ffff];
/// d = −121665 / 121666.
const D: Number =
    [0x1359_78a3, 0x75eb_4dca, 0x4141_d8ab, 0x0070_0a4d, 0x7779_e898, 0x8cc7_4079, 0x2b6f_fe73, 0x5203_6cee];

/// Returns whether the bytes are the compressed form of a point.
pub(super) fn is_point(bytes: &[u8]) -> bool {
    let mut y: Number = [0; 8];
    for (limb, four) in y.iter_mut().zip(bytes.chunks_exact(4)) {
        *limb = four.iter().rev().fold(0, |limb, byte| limb << 8 | u32::from(*byte));
    }
    y[7] &= 0x7fff_ffff;
    let square = product(&y, &y);
    let numerator = sum(&square, &MINUS_ONE);
    // The denominator is never zero, since −1/d has no root.
    let denominator = sum(&product(&square, &D), &ONE);
    // A fraction has a root if the product of its parts has one, which by Euler is so if its power of (p − 1) / 2 is
    // not −1.
    smallest(half_power(&product(&numerator, &denominator))) != MINUS_ONE
}

/// Returns the power of (p − 1) / 2 = 2²⁵⁴ − 10, by way of powers of 2ⁿ − 1.
fn half_power(base: &Number) -> Number {
    // Returns the power of 2^(all + more) − 1, from those of 2^all − 1 and 2^more − 1.
    let joined = |all: &Number, times: u32, more: &Number| product(&squared(*all, times), more);
    let two = joined(base, 1, base);
    let four = joined(&two, 2, &two);
    let five = joined(&four, 1, base);
    let ten = joined(&five, 5, &five);
    let twenty = joined(&ten, 10, &ten);
    let forty = joined(&twenty, 20, &twenty);
    let fifty = joined(&forty, 10, &ten);
    let hundred = joined(&fifty, 50, &fifty);
    let two_hundred = joined(&hundred, 100, &hundred);
    let all = joined(&two_hundred, 50, &fifty);
    // The exponent is 2²⁵⁴ − 10 = (2²⁵⁰ − 1) · 2⁴ + 6.
    product(&squared(all, 4), &squared(two, 1))
}

fn squared(mut number: Number, times: u32) -> Number {
    for _ in 0..times {
        number = product(&number, &number);
    }
    number
}

fn product(one: &Number, other: &Number) -> Number {
    let mut wide = [0_u32; 16];
    for (place, limb) in one.iter().enumerate() {
        let mut carry = 0_u64;
        for (out, factor) in wide[place..].iter_mut().zip(other) {
            carry += u64::from(*out) + u64::from(*limb) * u64::from(*factor);
            *out = low(carry);
            carry >>= 32;
        }
        wide[place + 8] = low(carry);
    }
    // Modulo p, 2²⁵⁶ is 38.
    let mut number = [0; 8];
    let mut carry = 0_u64;
    for (place, out) in number.iter_mut().enumerate() {
        carry += u64::from(wide[place]) + 38 * u64::from(wide[place + 8]);
        *out = low(carry);
        carry >>= 32;
    }
    folded(number, carry)
}

fn sum(one: &Number, other: &Number) -> Number {
    let mut number = [0; 8];
    let mut carry = 0_u64;
    for ((out, one), other) in number.iter_mut().zip(one).zip(other) {
        carry += u64::from(*one) + u64::from(*other);
        *out = low(carry);
        carry >>= 32;
    }
    folded(number, carry)
}

/// Returns the number with `over` times 2²⁵⁶ added.
fn folded(mut number: Number, mut over: u64) -> Number {
    while over != 0 {
        over = add(&mut number, 38 * over);
    }
    number
}

/// Adds a small number and returns what is carried out of the highest limb.
fn add(number: &mut Number, small: u64) -> u64 {
    let mut carry = small;
    for limb in number {
        carry += u64::from(*limb);
        *limb = low(carry);
        carry >>= 32;
    }
    carry
}

/// Returns the remainder below p.
fn smallest(mut number: Number) -> Number {
    // Modulo p, 2²⁵⁵ is 19. This is done twice, since the first time may carry.
    for _ in 0..2 {
        let top = number[7] >> 31;
        number[7] &= 0x7fff_ffff;
        add(&mut number, 19 * u64::from(top));
    }
    let mut less = number;
    add(&mut less, 19);
    if less[7] >> 31 == 1 {
        less[7] &= 0x7fff_ffff;
        number = less;
    }
    number
}

const fn low(wide: u64) -> u32 {
    wide as u32
}
