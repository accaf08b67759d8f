//! What Helm reads and writes: charts and values without running templates; in manifests chart labels, release names and
//! the template that a document comes from.

mod label;
mod source;
mod sources;
mod value;

pub use label::{ChartLabel, ChartVersion};
pub use source::{dependency_path, source_comment, template_of};
pub use sources::{Origin, Source, Sources};
pub use value::{Data, Number, PathError, Place, Step, Table, Value, ValuesPath};
