//! Releases that are wrapped in the objects of other tools.

mod corpus;
mod library;

use std::path::Path;

/// The root of the project.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
