//! Snapshots and transaction logs of real servers, and what the real tools print about them.

mod damage;
mod golden;
mod growth;
#[cfg(target_os = "linux")]
mod hostile;
mod laws;
mod logs;
mod odd;
mod tools;
mod verified;
mod verify;
mod writer;
mod zone;
