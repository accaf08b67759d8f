//! `autopurge cleanup`: what it removes and what it leaves, beside the recorded runs of ZooKeeper's own tool, in random
//! folders, and beside a real server.

mod cases;
mod craft;
mod laws;
mod program;
mod real;
mod scratch;
mod zookeeper;
