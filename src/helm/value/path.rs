//! Paths of values as `--set` writes them: `a.b\.c[0]`.

use std::fmt;
use std::str::FromStr;

use serde_json::json;

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    Index(usize),
}

impl Step {
    /// A value in tables and lists, one for each step.
    #[must_use]
    pub fn wrap(steps: &[Self], value: serde_json::Value) -> serde_json::Value {
        steps.iter().rev().fold(value, |value, step| match step {
            Self::Key(key) => json!({ key: value }),
            Self::Index(_) => json!([value]),
        })
    }
}

/// A path of keys and indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValuesPath {
    /// From the outside in.
    pub steps: Vec<Step>,
}

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing between two dots, or nothing at all.
    #[error("a key of the path is empty")]
    EmptyKey,
    /// `[` that is not followed by a number and `]`.
    #[error("an index has to be a number in brackets, as in list[0]")]
    BadIndex,
    /// Something else than `.` or `[` behind `]`.
    #[error("an index has to be followed by a dot or another index")]
    BehindIndex,
}

impl ValuesPath {
    /// A path of keys only.
    pub fn of_keys<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        Self { steps: keys.into_iter().map(|key| Step::Key(key.into())).collect() }
    }

    /// The path below a prefix of keys.
    #[must_use]
    pub fn below(&self, prefix: &[String]) -> Self {
        let prefix = prefix.iter().cloned().map(Step::Key);
        Self { steps: prefix.chain(self.steps.iter().cloned()).collect() }
    }

    /// The path without its last step: the table or list that it leads into.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.steps.split_last().map(|(_, steps)| Self { steps: steps.to_vec() })
    }

    /// The steps as [`Value::at`](super::Value::at) takes them.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let name = |step: &Step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(index) => index.to_string(),
        };
        self.steps.iter().map(name).collect()
    }

    /// The value at this path in plain JSON.
    #[must_use]
    pub fn of<'v>(&self, values: &'v serde_json::Value) -> Option<&'v serde_json::Value> {
        self.steps.iter().try_fold(values, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        })
    }
}

impl FromStr for ValuesPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let (key, behind) = split_key(rest);
            if key.is_empty() {
                return Err(PathError::EmptyKey);
            }
            steps.push(Step::Key(key));
            rest = split_indexes(behind, &mut steps)?;
            rest = match rest.strip_prefix('.') {
                Some(next) => next,
                None if rest.is_empty() => return Ok(Self { steps }),
                None => return Err(PathError::BehindIndex),
            };
        }
    }
}

/// The key at the start, unescaped, and the rest.
fn split_key(text: &str) -> (String, &str) {
    let mut key = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '.' | '[' => return (key, text.get(at..).unwrap_or_default()),
            '\\' => key.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => key.push(character),
        }
    }
    (key, "")
}

fn split_indexes<'t>(text: &'t str, steps: &mut Vec<Step>) -> Result<&'t str, PathError> {
    let mut rest = text;
    while let Some(inside) = rest.strip_prefix('[') {
        let (index, behind) = inside.split_once(']').ok_or(PathError::BadIndex)?;
        let index = index.parse().map_err(|_| PathError::BadIndex)?;
        steps.push(Step::Index(index));
        rest = behind;
    }
    Ok(rest)
}

/// The syntax of `--set`.
impl fmt::Display for ValuesPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    f.write_str(if at == 0 { "" } else { "." })?;
                    f.write_str(&escaped(key))?;
                }
            }
        }
        Ok(())
    }
}

fn escaped(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    for character in key.chars() {
        if matches!(character, '.' | '[' | ',' | '=' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{PathError, ValuesPath};

    #[test]
    fn paths_read_and_print_as_set_writes_them() {
        let table = [
            ("a", vec!["a"]),
            (r"a.b\.c[0]", vec!["a", "b.c", "0"]),
            ("a[1][22].b", vec!["a", "1", "22", "b"]),
            (r"a\[0\,\=\\", vec![r"a[0,=\"]),
        ];
        for (text, keys) in table {
            let path: ValuesPath = text.parse().unwrap();
            assert_eq!(path.keys(), keys, "{text}");
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn texts_that_are_no_paths_are_refused() {
        let table = [
            ("", PathError::EmptyKey),
            ("a..b", PathError::EmptyKey),
            ("a.", PathError::EmptyKey),
            ("a[x]", PathError::BadIndex),
            ("a[1", PathError::BadIndex),
            ("a[-1]", PathError::BadIndex),
            ("a[1]b", PathError::BehindIndex),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<ValuesPath>(), Err(error), "{text}");
        }
    }

    #[test]
    fn paths_go_below_aliases() {
        let path: ValuesPath = "autopurge.purgeInterval".parse().unwrap();
        assert_eq!(
            path.below(&["kafka".to_owned(), "zoo".to_owned()]).to_string(),
            "kafka.zoo.autopurge.purgeInterval"
        );
    }
}
