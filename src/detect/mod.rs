//! From resources to servers: which containers and custom resources run a `ZooKeeper` server, what its settings are,
//! and which chart it was installed with.

mod cleaner;
mod compression;
mod idle;
mod ignored;
mod read;
mod recognise;
mod references;
mod server;
mod site;
mod start;
mod tag;
mod trigger;
mod unread;
mod version;

pub use cleaner::{Mitigation, PodsCovered};
pub use compression::Compression;
pub use ignored::Ignored;
pub use read::{Access, Origin, OriginKind, Script, Setting};
pub(crate) use recognise::{holds_phrase, is_called, may_identify_by_image};
pub use references::{missing_objects, read_documents, read_stream};
pub use server::{PatchStore, Server, servers, verdicts};
pub use site::Site;
pub use trigger::{Scan, Trigger};
pub use version::ReleaseLine;
