//! What a manifest means: resources, workloads, containers, their environment and images.

mod container;
mod filled;
mod image;
mod image_trigger;
mod index;
mod objects;
mod owner;
mod parameters;
mod reference;
mod reloader;
mod resource;
mod volume;
mod workload;

pub use container::{Container, EnvValue, EnvVar, comment_in, plain_words};
pub use image::Image;
pub use image_trigger::deployed;
pub use objects::{Datum, Found, Objects, datum};
pub use parameters::parameter_of;
pub use reference::{EnvFrom, ObjectRef};
pub use resource::{Resource, agree, resources};
pub use volume::{Made, Mounted, MountedText, mount_at, mounted_file, mounted_texts, never_a_file, referenced_objects};
pub use workload::{CONTROLLERS, Rollout, Workload};
