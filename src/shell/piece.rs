//! What files are made of. The one thing that is asked of them is whether a line may set something about purging: an editor
//! that has nothing to do with that leaves them as they are.

use super::Text;

/// What stands in every name of a purge setting.
pub(super) const PURGE: &str = "purge";

/// A part of a file's content.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What it is.
    pub source: Source,
    /// It is there whenever the command runs that was asked about; otherwise under a condition only.
    pub is_certain: bool,
}

/// Where a part of a file comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The text itself.
    Text(Text),
    /// Another file, by its path.
    File(String),
    /// Another file, of which an editor may have changed the lines.
    Edited(String),
    /// What was there before.
    Before,
    /// Something that cannot be told, and why.
    Unknown(String),
}

impl Piece {
    pub(super) fn too_long() -> Self {
        Self::unknown("the start script is too long to be followed")
    }

    pub(super) fn ambiguous() -> Self {
        Self::unknown("which of the files that the start script writes the server reads cannot be told")
    }

    fn unknown(reason: &str) -> Self {
        Self { source: Source::Unknown(reason.to_owned()), is_certain: true }
    }
}

impl Source {
    /// What a program has made that nobody knows.
    pub(super) fn made_by(program: &str) -> Self {
        Self::Unknown(format!("{program} writes to the configuration when the pod starts"))
    }

    /// What an editor makes of it.
    pub(super) fn edited(self, editor: &str, asks_for_purging: bool) -> Self {
        match self {
            Self::Text(text) if asks_for_purging || may_purge(&text) => Self::made_by(editor),
            Self::File(path) if !asks_for_purging => Self::Edited(path),
            Self::File(_) | Self::Before | Self::Edited(_) if asks_for_purging => Self::made_by(editor),
            other => other,
        }
    }
}

fn may_purge(text: &Text) -> bool {
    let whole = text.as_str();
    whole.to_lowercase().contains(PURGE) || whole.contains(['$', '`'])
}
