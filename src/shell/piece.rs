//! What files are made of. All that matters is whether a line may set something about purging: an editor unrelated to
//! that leaves them as they are.

use super::{Text, shown};
use crate::unix_path::base_name;
use crate::zookeeper::{INTERVAL_KEY, RETAIN_KEY};

/// Part of every purge setting's name.
pub(super) const PURGE: &str = "purge";

/// A part of a file's content.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where its bytes come from.
    pub source: Source,
    /// Whether it is there whenever the command in question runs; otherwise only under a condition.
    pub is_certain: bool,
}

/// Where a part of a file comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The text itself.
    Text(Text),
    /// Another file.
    File(OtherFile),
    /// What was there before.
    Before,
    /// Something that cannot be determined, and why.
    Unknown(String),
}

/// A file that is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherFile {
    /// Its path; that of a folder, for all its files, has a trailing slash.
    pub path: String,
    /// Whether an editor may have changed its lines.
    pub is_edited: bool,
    /// Whether its whole folder is copied, with or without the file in it.
    pub is_optional: bool,
}

impl Piece {
    pub(super) fn too_long() -> Self {
        Self::unknown("the start script is too long to be followed")
    }

    pub(super) fn ambiguous() -> Self {
        Self::unknown("which of the files that the start script writes the server reads cannot be told")
    }

    /// Content of another file, which may be this one.
    pub(super) fn of_another(path: &str) -> Self {
        let path = shown(path, "a file");
        let reason = format!("the start script writes to {path}, which may be the configuration");
        Self { source: Source::Unknown(reason), is_certain: false }
    }

    fn unknown(reason: &str) -> Self {
        Self { source: Source::Unknown(reason.to_owned()), is_certain: true }
    }
}

impl Source {
    /// The whole file at a path.
    pub(super) const fn file(path: String) -> Self {
        Self::File(OtherFile { path, is_edited: false, is_optional: false })
    }

    /// Something made by a program whose effects are unknown.
    pub(super) fn made_by(program: &str) -> Self {
        let program = shown(program, "a program");
        Self::Unknown(format!("{program} writes to the configuration when the pod starts"))
    }

    /// What an editor makes of it.
    pub(super) fn edited(self, editor: &str, asks_for_purging: bool) -> Self {
        match self {
            Self::Text(text) if asks_for_purging || may_purge(&text) => Self::made_by(editor),
            Self::File(file) if !asks_for_purging => Self::File(OtherFile { is_edited: true, ..file }),
            Self::File(_) | Self::Before if asks_for_purging => Self::made_by(editor),
            other => other,
        }
    }

    /// What it is for the file with a name, if whole folders are copied.
    pub(super) fn of_name(self, name: &str) -> Self {
        match self {
            Self::File(file) if file.path.ends_with('/') => {
                Self::File(OtherFile { path: format!("{}{name}", file.path), ..file })
            }
            other => other,
        }
    }

    /// What it is in the text that runs the script containing it: that text has other variables and other places.
    pub(super) fn of_script(self, script: &str) -> Self {
        match self {
            Self::Text(text) if depends_on_variables(&text) => Self::made_by(base_name(script)),
            Self::Text(text) => Self::Text(text.without_places()),
            other => other,
        }
    }
}

impl Source {
    /// Whether it mentions a purge setting.
    pub(super) fn speaks_of_purging(&self) -> bool {
        matches!(self, Self::Text(text) if text.as_str().to_lowercase().contains(PURGE))
    }

    /// Whether it may set something about purging, as far as can be told.
    pub(super) fn may_speak_of_purging(&self) -> bool {
        match self {
            Self::Text(text) => self.speaks_of_purging() || depends_on_variables(text),
            Self::File(_) | Self::Unknown(_) => true,
            Self::Before => false,
        }
    }
}

/// Whether the name of a purge setting contains the letters.
pub(super) fn is_in_purge_names(letters: &str) -> bool {
    [INTERVAL_KEY, RETAIN_KEY].iter().any(|key| key.to_lowercase().contains(&letters.to_lowercase()))
}

fn may_purge(text: &Text) -> bool {
    let whole = text.as_str();
    whole.to_lowercase().contains(PURGE) || whole.contains(['$', '`'])
}

/// Whether a variable may decide what a text says about purging: in a value, or in what may be part of a name.
fn depends_on_variables(text: &Text) -> bool {
    text.as_str().lines().any(|line| {
        let line = line.trim_start();
        line.find(['$', '`']).is_some_and(|at| {
            let before = line.get(..at).unwrap_or_default().to_lowercase();
            before.contains(PURGE)
                || [INTERVAL_KEY, RETAIN_KEY].iter().any(|key| key.to_lowercase().starts_with(&before))
        })
    })
}
