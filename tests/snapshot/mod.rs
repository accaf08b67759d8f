//! Snapshots and transaction logs of real servers, and what the real tools print about them.

mod damage;
mod golden;
mod logs;
mod tools;
mod verified;
