//! `--set` and related flags: Helm's `strvals`. Accepts and refuses the same input, however odd.

mod cursor;
mod expression;
mod json;

use std::sync::Arc;

use super::mistake::Mistake;
use super::value::merge_over;
use super::{Data, Fault, HelmError, HelmVersion, Place, Source, Value};
use crate::yaml::Span;
use expression::Expression;

/// The flags that set single values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SetFlag {
    /// `--set-json`
    Json,
    /// `--set`
    Typed,
    /// `--set-string`
    Text,
    /// `--set-file`
    File,
    /// `--set-literal`
    Literal,
}

impl SetFlag {
    /// In the order in which Helm applies them: the last one wins.
    pub const ALL: [Self; 5] = [Self::Json, Self::Typed, Self::Text, Self::File, Self::Literal];

    /// The flag as it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "--set-json",
            Self::Typed => "--set",
            Self::Text => "--set-string",
            Self::File => "--set-file",
            Self::Literal => "--set-literal",
        }
    }
}

/// Reads a file that `--set-file` names; the error says why it cannot.
pub type ReadFile<'f> = dyn FnMut(&str) -> Result<Value, String> + 'f;

/// What a flag was given.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// The flag.
    pub flag: SetFlag,
    /// The index of `source` among the sources.
    pub number: usize,
    /// The argument: `a.b=1`.
    pub source: &'a Source,
}

/// Applies what a flag sets to some values.
///
/// On an error, the values are left half-changed and must not be used.
pub fn set(
    values: &mut Value,
    argument: Argument<'_>,
    helm: HelmVersion,
    read: &mut ReadFile<'_>,
) -> Result<(), HelmError> {
    let Argument { flag, number, source } = argument;
    let text = String::from_utf8_lossy(&source.text);
    let refused = |mistake: Mistake<usize>, fault: fn(String) -> Fault| {
        HelmError::in_source(source, Span::new(mistake.place, source.text.len()), fault(mistake.message))
    };
    let refuse = |mistake| refused(mistake, Fault::Set);
    if flag == SetFlag::Json && helm == HelmVersion::V4 && text.trim_start().starts_with('{') {
        let json = serde_json::from_str(text.trim()).map_err(|error| refuse(Mistake::new(error.to_string(), 0)))?;
        let place = Place { source: number, span: Span::new(0, text.len()) };
        let below = std::mem::replace(values, Value::empty());
        *values = merge_over(&below, Value::from_json(&json, Some(place)));
        return Ok(());
    }
    let Data::Table(table) = &mut values.data else {
        return Err(refuse(Mistake::new("the values are not a map", 0)));
    };
    let mut is_unread = false;
    let mut read = |path: &str| read(path).inspect_err(|_| is_unread = true);
    let laid = Expression::new(argument, &text, &mut read).lay_over(table);
    laid.map_err(|mistake| refused(mistake, if is_unread { Fault::SetFile } else { Fault::Set }))
}

/// The type that `--set` gives to a text.
fn typed(text: &str) -> Data {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("false") {
        return Data::Bool(is("true"));
    }
    if is("null") {
        return Data::Null;
    }
    let number = if text == "0" || !text.starts_with('0') { text.parse().ok() } else { None };
    number.map_or_else(|| Data::Text(Arc::from(text)), |number| Data::Number(super::Number::Whole(number)))
}
