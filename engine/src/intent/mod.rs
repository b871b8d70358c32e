//! Floor 7: what people want, and who gives it to them.
//!
//! Start at [`language`], in which it is said.

pub mod language;
