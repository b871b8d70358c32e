//! Why a vector file cannot be played.

use thiserror::Error;

/// Why a vector file cannot be played at all.
#[derive(Debug, Error)]
pub enum Error {
    /// The text is longer than [`super::JSON_MAX`].
    #[error("the file has {0} bytes, more than a vector file may have")]
    TooLong(usize),
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The document is not a vector file.
    #[error("not a vector file: {0}")]
    Shape(&'static str),
    /// The protocol is not here yet.
    #[error("protocol {protocol:?} is not implemented; there are: {known}")]
    UnknownProtocol {
        /// The one that the file names.
        protocol: String,
        /// Those that are here.
        known: String,
    },
}
