//! `autopurge lint`, as people run it.

mod bad_input;
mod charts;
mod corpus;
mod differential;
mod fixes;
mod gitops;
mod helm_versions;
mod helmfile;
mod known_charts;
mod locks;
mod manifests;
mod program;
mod render;
mod unreadable;
mod walk;
