//! Messages to bytes and back.

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// Why bytes are no message, or a message does not become bytes.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("page and worker do not understand each other ({0}); reload the page")]
pub struct CodecError(String);

impl From<postcard::Error> for CodecError {
    fn from(error: postcard::Error) -> Self {
        Self(error.to_string())
    }
}

/// The bytes of a message.
///
/// # Errors
/// Only if a value has a length that is not known beforehand; none of ours has.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, CodecError> {
    Ok(postcard::to_allocvec(message)?)
}

/// The message of these bytes.
///
/// # Errors
/// If they are not such a message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    Ok(postcard::from_bytes(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::{Ask, Reply, Request};
    use engine::scenario::Scenario;
    use engine::session::sweep::Axis;

    #[test]
    fn a_request_comes_back_as_it_was() {
        let request = Request {
            id: 7,
            ask: Ask::Modelled {
                scenario: Scenario::default(),
                axis: Axis::Pools,
                value: 64,
            },
        };
        let bytes = encode(&request).unwrap();
        assert_eq!(decode::<Request>(&bytes), Ok(request));
    }

    #[test]
    fn half_a_message_is_refused() {
        let bytes = encode(&Reply::Unready {
            reason: "no memory".to_owned(),
        })
        .unwrap();
        for length in 0..bytes.len() {
            assert!(
                decode::<Reply>(&bytes[..length]).is_err(),
                "{length} bytes were enough"
            );
        }
    }
}
