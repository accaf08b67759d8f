//! `autopurge post-render`, from the command line and through the library.

mod cases;
mod corpus;
mod library;
mod modes;
mod program;
