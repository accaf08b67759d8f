//! `autopurge cleanup`: what it removes and what it leaves, beside the recorded runs of ZooKeeper's own tool, in random
//! folders, and beside a real server.

mod cases;
mod craft;
mod dangers;
mod laws;
mod messages;
pub(crate) mod program;
mod real;
pub(crate) mod scratch;
pub(crate) mod zookeeper;
