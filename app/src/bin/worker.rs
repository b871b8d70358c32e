//! The worker: awaits the pool, says Ready, serves.

fn main() {}
