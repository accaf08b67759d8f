//! Snapshots and transaction logs of real servers, and what the real tools print about them.

mod damage;
mod golden;
mod growth;
mod gzip;
#[cfg(target_os = "linux")]
mod hostile;
mod laws;
mod logs;
mod odd;
mod records;
mod tools;
mod verified;
mod verify;
mod writer;
mod zone;
