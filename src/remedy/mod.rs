//! The cure of a stream's servers in shapes that a person can apply and keep: the next upgrade of a chart undoes what was
//! patched into its rendered manifests.
//!
//! Pure: from judged manifests to texts. Reading and writing is the business of `cli::remedy`.

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

/// Why a shape cannot hold a cure.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}: {reason}")]
pub struct Inexpressible {
    /// The object, in words.
    pub what: String,
    /// The reason.
    pub reason: String,
}
