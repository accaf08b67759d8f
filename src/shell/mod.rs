//! Shell texts as they occur in manifests: which commands they contain, what is conditional, and what they write into
//! files.
//!
//! Nothing is ever run. What a shell would compute (variables, other commands) stays as written and is marked; what is
//! not understood is reported as unknown.

mod command;
mod dialect;
mod files;
mod follow;
mod piece;
mod printed;
mod program;
mod reader;
mod sed;
mod text;
mod variables;
mod words;

pub use command::{Command, Condition, Link, Word, shown};
pub use dialect::Dialect;
pub use files::{Files, Name};
pub use follow::Scripts;
pub use piece::{OtherFile, Piece, Source};
pub use program::{Effect, is_shell, launches};
pub use reader::{Reading, all_commands, commands, commands_in, read_commands};
pub use text::Text;
pub use variables::{Expansion, Variables, expanded};
pub use words::loose_words;
