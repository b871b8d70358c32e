//! The documents that we ship, whatever the lab.

/// A document that has a name.
pub trait Named {
    /// The same document under a name.
    #[must_use]
    fn with_name(self, name: &str) -> Self;
}

/// A document that we ship.
#[derive(Clone, Copy, Debug)]
pub struct Shipped<D> {
    /// Its name: `preset:NAME` on the command line.
    pub name: &'static str,
    /// One sentence on what it shows.
    pub description: &'static str,
    pub(super) make: fn() -> D,
}

impl<D: Named> Shipped<D> {
    /// The document.
    pub fn scenario(&self) -> D {
        (self.make)().with_name(self.name)
    }
}
