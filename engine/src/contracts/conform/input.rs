//! Reading a case's inputs.

use crate::vm::native::Revert;
use ruint::aliases::U256;
use serde_json::Value;

/// Why an operation gave no output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// The protocol refused.
    Revert(Revert),
    /// The case is not of a shape that we can play.
    Shape(String),
}

impl From<Revert> for Refusal {
    fn from(revert: Revert) -> Self {
        Self::Revert(revert)
    }
}

/// What an operation gave: an object of outputs.
pub(crate) type Outcome = Result<Value, Refusal>;

/// An object of inputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a>(pub(crate) &'a Value);

impl<'a> Input<'a> {
    /// Whether the field is there and not null.
    pub(crate) fn has(self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    fn field(self, name: &str) -> Result<&'a Value, Refusal> {
        self.0
            .get(name)
            .ok_or_else(|| Refusal::Shape(format!("input {name} is missing")))
    }

    /// A whole number of at most 256 bits.
    pub(crate) fn integer(self, name: &str) -> Result<U256, Refusal> {
        let value = self.field(name)?;
        let digits = value.as_str().map(str::to_owned);
        digits
            .or_else(|| value.as_u64().map(|number| number.to_string()))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| Refusal::Shape(format!("input {name} is not a whole number: {value}")))
    }

    /// A whole number of at most 128 bits; a longer one is what the contract cannot be asked.
    pub(crate) fn amount(self, name: &str) -> Result<u128, Refusal> {
        u128::try_from(self.integer(name)?).map_err(|_| Revert("OVERFLOW").into())
    }

    /// Like [`Input::amount`]; 0 where it is missing.
    pub(crate) fn amount_or_zero(self, name: &str) -> Result<u128, Refusal> {
        if self.has(name) {
            self.amount(name)
        } else {
            Ok(0)
        }
    }

    /// A whole number of at most 32 bits.
    pub(crate) fn small(self, name: &str) -> Result<u32, Refusal> {
        u32::try_from(self.integer(name)?).map_err(|_| Revert("OVERFLOW").into())
    }

    /// Yes or no; no where it is missing.
    pub(crate) fn flag(self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A text.
    pub(crate) fn text(self, name: &str) -> Result<&'a str, Refusal> {
        self.field(name)?
            .as_str()
            .ok_or_else(|| Refusal::Shape(format!("input {name} is not a text")))
    }

    /// A list of objects.
    pub(crate) fn list(self, name: &str) -> Result<impl Iterator<Item = Input<'a>>, Refusal> {
        self.field(name)?
            .as_array()
            .map(|items| items.iter().map(Input))
            .ok_or_else(|| Refusal::Shape(format!("input {name} is not a list")))
    }
}

/// The refusal of an operation that is not here.
pub(crate) fn unknown_operation(name: &str) -> Refusal {
    Refusal::Shape(format!("operation {name:?} is not implemented"))
}
