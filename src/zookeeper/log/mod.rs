//! `ZooKeeper`'s transaction logs: a header, one record per transaction, and zeros up to the preallocated size.

mod record;
mod torn;
mod verify;

pub use verify::{Gap, Span, Tail, Verified, verify, verify_from};
