//! `interleave`: headless use of the engine's facade.

fn main() {}
