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
mod overlay;
mod precedence;
mod terraform;
