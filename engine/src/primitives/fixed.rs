//! Powers of whole numbers without floats, for weights that must agree on every machine.

/// Fraction bits of the logarithms here.
const FRACTION_BITS: u32 = 32;
const ONE: u64 = 1 << FRACTION_BITS;

/// log2 of a whole number ≥ 1 with 32 fraction bits, by repeated squaring (rounds down).
pub fn log2(value: u32) -> u64 {
    assert!(value > 0, "log2 of zero");
    let whole = value.ilog2();
    // Mantissa in [1, 2) with 63 fraction bits.
    let mut mantissa = u64::from(value) << (63 - whole);
    let mut fraction = 0u64;
    for _ in 0..FRACTION_BITS {
        let square = u128::from(mantissa) * u128::from(mantissa);
        fraction <<= 1;
        if square >> 127 == 1 {
            fraction |= 1;
            mantissa = (square >> 64) as u64;
        } else {
            mantissa = (square >> 63) as u64;
        }
    }
    (u64::from(whole) << FRACTION_BITS) | fraction
}

/// 2^-(1/2^i) with 63 fraction bits for i in 1..=32, each the root of the one before (rounds down).
const ROOTS: [u64; FRACTION_BITS as usize] = {
    let mut roots = [0; FRACTION_BITS as usize];
    let mut factor = 1u128 << 62; // 2^-1
    let mut i = 0;
    while i < roots.len() {
        factor = (factor << 63).isqrt();
        roots[i] = factor as u64;
        i += 1;
    }
    roots
};

/// 2^-x for x with 32 fraction bits, as a fraction of 2^63 (rounds down; 0 when x ≥ 63).
pub fn exp2_neg(x: u64) -> u64 {
    let whole = x >> FRACTION_BITS;
    if whole >= 63 {
        return 0;
    }
    // Multiply by the root of every set fraction bit.
    let mut value = 1u128 << 63;
    for (index, root) in ROOTS.iter().enumerate() {
        if x >> (FRACTION_BITS as usize - 1 - index) & 1 == 1 {
            value = (value * u128::from(*root)) >> 63;
        }
    }
    (value >> whole) as u64
}

/// base^-(exponent / 1000) as a fraction of 2^63: a Zipf weight.
pub fn pow_neg_permille(base: u32, exponent_permille: u32) -> u64 {
    let x = u128::from(log2(base)) * u128::from(exponent_permille) / 1000;
    exp2_neg(u64::try_from(x).unwrap_or(63 * ONE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_agree_with_floats_to_a_millionth() {
        for base in [1u32, 2, 3, 10, 97, 1_000, 65_537, 1_000_000] {
            for exponent in [0u32, 1, 300, 600, 1_000, 1_250, 2_000] {
                let got = pow_neg_permille(base, exponent) as f64 / (1u64 << 63) as f64;
                let want = f64::from(base).powf(-f64::from(exponent) / 1000.0);
                assert!(
                    (got / want - 1.0).abs() < 1e-6,
                    "{base}^-{exponent}: {got} {want}"
                );
            }
        }
    }
}
