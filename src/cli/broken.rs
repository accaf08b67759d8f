//! A document that cannot be parsed, as errors name it.

use thiserror::Error;

use crate::manifests::BrokenDocument;
use crate::yaml::{Lines, Position};

/// A broken document with its position in the stream.
#[derive(Debug, Error)]
#[error("line {}, column {}: {document}", position.line, position.column)]
pub(super) struct LocatedFault {
    /// Where the fault is.
    position: Position,
    /// Which document cannot be read, and why.
    document: String,
}

impl LocatedFault {
    pub(super) fn new(stream: &[u8], broken: &BrokenDocument) -> Self {
        let position = Lines::new(stream).position(stream, broken.cause.offset);
        Self { position, document: broken.to_string() }
    }
}
