//! `autopurge post-render`, from the command line and through the library.

mod bad_input;
mod cases;
mod corpus;
pub(crate) mod discreet;
mod flavors;
mod generated;
mod laws;
mod library;
mod messages;
mod metamorphic;
mod modes;
pub(crate) mod program;
mod regressions;
