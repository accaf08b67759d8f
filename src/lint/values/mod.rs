//! Servers that were judged from values: what a report says of them, with the line of the value that decides.

mod assign;
mod finding;
mod ground;
mod server;
mod spot;

pub(super) use assign::Assignment;
pub(super) use finding::findings;
pub(super) use ground::{Change, Ground, as_written, found};
pub(super) use server::{Cure, Found, Subject, server};
pub(super) use spot::{Spot, nearest_key};
