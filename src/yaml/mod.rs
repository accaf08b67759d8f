//! YAML as Helm reads it, edited byte by byte.
//!
//! Streams are split into documents, documents are parsed into nodes with exact byte spans, RFC 6902 patches become
//! byte edits, and every edit is verified against the `json-patch` crate before it is returned. Knows nothing about
//! Kubernetes.

mod build;
mod document;
mod edit;
mod effective;
mod error;
mod extent;
mod guard;
mod json;
mod lines;
mod node;
pub mod pointer;
mod scalar;
mod span;
mod stream;
mod tree;
mod typed;

pub use build::{MAX_DEPTH, MAX_NODES};
pub use document::{Document, Filling};
pub use edit::{
    Change, Changes, Edit, Refusal, comment_above, edit, edit_and_look, edit_each, edited, read_the_same, splice,
    spliced,
};
pub(crate) use edit::{is_printable, is_reserved, line_end_of, quoted};
pub use error::ParseError;
pub use json::Build;
pub use lines::{Lines, Position};
pub use node::Node;
pub use scalar::{Scalar, base64};
pub use span::Span;
pub use stream::{escapes, is_json_stream, is_utf16, split};
pub use tree::{Kind, Style};
pub use typed::{TypedError, from_str};
