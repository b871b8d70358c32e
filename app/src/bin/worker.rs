//! The worker: awaits the pool, says Ready, serves.
//!
//! Everything hangs on `app::host::start`, which the loading script calls: this `main` runs on every
//! thread of the pool as well and must do nothing.

use app as _;

fn main() {}
