//! Judges a repository: charts, packaged charts, rendered manifests and GitOps objects, wherever they are in a tree.

mod assign;
mod diff;
mod jobs;
mod target;
mod walk;
