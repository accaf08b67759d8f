//! From resources to servers: which containers run a `ZooKeeper` server, what its settings are, and which chart it was
//! installed with.

mod charts;
mod read;
mod server;
mod tag;
mod trigger;

pub use charts::{ChartLabels, InstalledChart};
pub use read::{Origin, Setting};
pub use server::{Ignored, Server, servers};
pub use trigger::{Scan, Trigger};
