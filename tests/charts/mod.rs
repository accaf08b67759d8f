//! Charts judged from their values.

mod corpus;
mod references;
mod renders;
mod table;
