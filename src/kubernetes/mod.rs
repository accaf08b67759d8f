//! What a manifest means: resources, workloads, containers, their environment and images.

mod container;
mod image;
mod objects;
mod resource;
mod volume;
mod workload;

pub use container::{Container, EnvValue, EnvVar, plain_words};
pub use image::Image;
pub use objects::{Datum, Found, Objects, datum};
pub use resource::{Resource, resources};
pub use volume::{Mounted, mounted_file, referenced_objects};
pub use workload::{Rollout, Workload};
