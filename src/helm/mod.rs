//! What Helm reads and writes: charts and values, without running templates; and in manifests, chart labels and the
//! template that a document comes from.

mod chart;
mod coalesce;
mod error;
mod helm_version;
mod label;
mod mistake;
mod options;
mod set;
mod source;
mod sources;
mod value;
mod version;

pub(crate) use chart::Glob;
pub use chart::{Chart, ChartKind, Dependency, Import, Lock, Locked, Metadata, read_values};
pub use coalesce::{Instance, Missing, Off, coalesce};
pub use error::{ArchiveFault, At, Fault, HelmError};
pub use helm_version::HelmVersion;
pub use label::{ChartLabel, ChartVersion};
pub use options::{Read, ReleaseOptions, ValuesOptions};
pub use set::{Argument, ReadFile, SetFlag, set};
pub use source::{dependency_path, source_comment, template_of};
pub use sources::{Origin, Source, Sources};
pub use value::{Data, Number, PathError, Place, Step, Table, Value, ValuesPath, merge_over};
pub use version::{Constraint, ConstraintError, parse_version};
