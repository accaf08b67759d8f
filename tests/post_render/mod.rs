//! `autopurge post-render`, from the command line and through the library.

mod bad_input;
mod cases;
pub(crate) mod corpus;
pub(crate) mod discreet;
mod entrypoint;
mod flavors;
mod generated;
mod laws;
pub(crate) mod library;
mod meaning;
mod messages;
mod metamorphic;
mod modes;
pub(crate) mod program;
mod regressions;
mod reshaped;
mod shell;
mod start_texts;
mod starts;
