//! What lanes share without slowing one another.

use std::ops::{Deref, DerefMut};

/// On cache lines of its own: what one lane writes here does not slow another that reads the neighbour.
#[repr(align(128))]
#[derive(Default, Debug)]
pub(super) struct Apart<T>(T);

impl<T> Deref for Apart<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Apart<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
