//! What Helm writes into manifests: chart labels, release names, the template that a document comes from.

mod label;
mod source;

pub use label::{ChartLabel, ChartVersion};
pub use source::{dependency_path, source_comment, template_of};
