//! Reproduces the output of `ZooKeeper`'s own tools, which depends on Java: the order of a hash set, and how strings
//! and dates look.

pub mod comparer;
mod date;
pub mod formatter;
mod hash_order;
mod red_black;
pub mod summary;
mod text;

pub use date::Zone;
pub use hash_order::HashOrder;
pub use text::{decode, hash, hash_long};
