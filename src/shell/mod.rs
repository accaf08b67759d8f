//! Shell texts, as far as manifests have them: which commands they hold, what stands under a condition, and what they
//! write into files.
//!
//! Nothing is ever run. What a text works out when it runs (variables, other commands) stays as it is written, and marked;
//! where a text is not understood, the answer is that nobody knows.

mod command;
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

pub use command::{Command, Link, Word};
pub use files::{Files, Name};
pub use follow::Scripts;
pub use piece::{OtherFile, Piece, Source};
pub use program::{Effect, is_shell};
pub use reader::{all_commands, commands};
pub use text::Text;
pub use variables::Variables;
pub use words::loose_words;
