//! What a manifest means: resources, workloads, containers, their environment and images.

mod container;
mod image;
mod resource;
mod workload;

pub use container::{Container, EnvValue, EnvVar};
pub use image::Image;
pub use resource::{Resource, resources};
pub use workload::{Rollout, Workload};
