//! A container with the workload whose pods it is part of.

use super::{Container, Workload};

/// A container with its workload, whose volumes it mounts.
#[derive(Clone, Copy)]
pub struct PodContainer<'d> {
    /// The workload.
    pub workload: Workload<'d>,
    /// The container.
    pub container: Container<'d>,
}
