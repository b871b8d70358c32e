//! Task runner.

fn main() {}
