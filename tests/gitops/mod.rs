//! Releases that are wrapped in the objects of other tools.

mod argo;
mod corpus;
mod flux;
mod helmfile;
mod hostile;
mod laws;
mod library;
mod memory;
mod others;
mod precedence;
mod terraform;

use std::path::Path;

/// The root of the project.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
