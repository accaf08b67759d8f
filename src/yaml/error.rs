//! Why a document cannot be read.

/// A document that cannot be read, or not the way Helm reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong, in plain words.
    pub message: String,
    /// Where, in bytes from the start of the stream.
    pub offset: usize,
}

impl ParseError {
    pub(super) fn new(message: impl Into<String>, offset: usize) -> Self {
        Self { message: message.into(), offset }
    }
}
