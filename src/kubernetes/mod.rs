//! What a manifest means: resources, workloads, containers, their environment and images.

mod container;
mod hook;
mod image;
mod image_trigger;
mod index;
mod init_files;
mod objects;
mod owner;
mod parameters;
mod pod_container;
mod reference;
mod reloader;
mod resource;
mod volume;
mod workload;

pub use container::{Container, EnvValue, EnvVar, comment_in, plain_words};
pub use hook::{Hook, HookUpgrade};
pub use image::{Image, is_placeholder};
pub use objects::{Datum, HeldText, Holder, Lookup, Objects, datum};
pub use parameters::parameter_of;
pub use pod_container::PodContainer;
pub use reference::{EnvFrom, ObjectName, ObjectRef};
pub use resource::{Resource, agree, resources};
pub use volume::{Made, Mounted, MountedText, configuration, mount_at, mount_path, referenced_objects};
pub use workload::{CONTROLLERS, Rollout, Workload};
