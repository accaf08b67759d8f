//! The cure for a stream's servers in forms that can be applied and kept: patches to rendered manifests are undone by
//! the next upgrade of the chart.
//!
//! Pure: turns judged manifests into texts. `cli::remedy` reads and writes files.

mod alerts;
mod claims;
mod json_patch;
mod kustomize;
mod page;
mod policy;
mod strategic;
mod treatment;
mod values;

use thiserror::Error;

pub use alerts::{Watched, prometheus_rule};
pub use claims::{Claims, claims};
pub use json_patch::{command, documents};
pub use kustomize::{component, flux, flux_values};
pub use page::{Entry, Page};
pub use policy::{Enforcement, Engine, policies};
pub use strategic::{StrategicPatch, strategic};
pub use treatment::{Object, Treatment, Untreated, treatments};
pub use values::{Settings, file, words};

/// Why a form cannot express a cure.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}: {reason}")]
pub struct Inexpressible {
    /// The object, for messages.
    pub what: String,
    /// The reason.
    pub reason: String,
}
