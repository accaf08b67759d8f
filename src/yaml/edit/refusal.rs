//! Why a patch is refused.

use crate::yaml::ParseError;

/// The reason for which a patch is refused; no part of it is applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The document itself makes no sense to Helm.
    #[error("cannot read the document: {0}")]
    Unreadable(#[from] ParseError),
    /// A `test` operation found another value.
    #[error("the document has another value at {path:?} than the patch expects")]
    TestFailed {
        /// The JSON pointer of the operation.
        path: String,
    },
    /// An operation names a place that is not there.
    #[error("the patch refers to {path:?}, which the document does not have")]
    NoSuchPlace {
        /// The JSON pointer of the operation.
        path: String,
    },
    /// YAML limits keys to 1,024 bytes.
    #[error("the key at {path:?} is longer than YAML allows")]
    KeyTooLong {
        /// The JSON pointer of the operation.
        path: String,
    },
    /// The document ends in a block scalar without line end, and a line end would become part of its value.
    #[error("the last string of the document has no newline, and adding one would change it")]
    FinalLineEnd,
    /// The place is read under other paths too, through an anchor.
    #[error("the place is shared through an anchor, and the patch changes only some of its readers")]
    Shared,
    /// The edited text reads differently from the patched document.
    #[error("no edit was found that gives what the patch asks for")]
    Mismatch,
    /// The document was JSON and would not be any more.
    #[error("the document is JSON and would no longer be JSON")]
    NotJson,
}
