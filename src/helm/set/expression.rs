//! `a.b=1,c[0].d={x,y}`, parsed and applied to values in one go.

use std::sync::Arc;

use super::cursor::Cursor;
use super::{Argument, ReadFile, SetFlag, json, typed};
use crate::helm::mistake::Mistake;
use crate::helm::{Data, Place, Table, Value};
use crate::yaml::Span;

/// Helm's limit for an index.
const MAX_INDEX: usize = 65_536;
/// Helm's limit on the nesting of names.
const MAX_LEVEL: usize = 30;
/// The limit on the number of indexes in a name. Helm has none, but real values do not nest lists deeply.
const MAX_INDEXES: usize = 100;
/// The limit, per argument, on items that exist only because a later one is set. Helm creates [`MAX_INDEX`] of them for
/// a few characters, any number of times.
const MAX_GAPS: usize = 1_000;

/// The offset in the argument where something is wrong, and what.
type Wrong = Mistake<usize>;

/// What is left of the argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// There may be more.
    Something,
    /// Nothing, or nothing that Helm still looks at.
    Nothing,
}

/// The argument of a flag.
pub(super) struct Expression<'t, 'f> {
    flag: SetFlag,
    source: usize,
    cursor: Cursor<'t>,
    read: &'f mut ReadFile<'f>,
    /// How many indexes of the current name have been read.
    indexes: usize,
    /// How many items were created only to fill gaps.
    gaps: usize,
}

impl<'t, 'f> Expression<'t, 'f> {
    /// `text` is the argument as a text.
    pub(super) const fn new(argument: Argument<'_>, text: &'t str, read: &'f mut ReadFile<'f>) -> Self {
        let Argument { flag, number: source, .. } = argument;
        Self { flag, source, cursor: Cursor::new(text), read, indexes: 0, gaps: 0 }
    }
}

impl Expression<'_, '_> {
    pub(super) fn lay_over(mut self, table: &mut Table) -> Result<(), Wrong> {
        while self.key(table, 0)? == Left::Something {
            self.indexes = 0;
        }
        Ok(())
    }

    fn is_literal(&self) -> bool {
        self.flag == SetFlag::Literal
    }

    fn wrong<T>(&self, message: impl Into<String>) -> Result<T, Wrong> {
        Err(Mistake::new(message, self.cursor.at()))
    }

    /// Reads a name and everything that belongs to it.
    fn key(&mut self, table: &mut Table, level: usize) -> Result<Left, Wrong> {
        let ends: &[char] = if self.is_literal() { &['=', '[', '.'] } else { &['=', '[', ',', '.'] };
        let word = self.cursor.word(ends, !self.is_literal());
        let key = word.text;
        match word.end {
            None if key.is_empty() => Ok(Left::Nothing),
            None => self.wrong(format!("\"{key}\" has no value")),
            Some('=') => {
                let (value, left) = self.value()?;
                put(table, key, value);
                Ok(left)
            }
            Some('[') => self.indexed(table, key, level),
            Some('.') => self.inner(table, key, level),
            Some(_) => self.wrong(format!("\"{key}\" has no value; a name cannot end with a comma")),
        }
    }

    /// `key.`
    fn inner(&mut self, table: &mut Table, key: String, level: usize) -> Result<Left, Wrong> {
        let level = level.saturating_add(1);
        if level > MAX_LEVEL {
            return self.wrong(format!("names are nested deeper than {MAX_LEVEL} levels"));
        }
        let mut value = match table.remove(&key) {
            Some(value) if value.as_table().is_some() => value,
            Some(_) => return self.wrong(format!("\"{key}\" is already set to something that is not a map")),
            None => Value::empty(),
        };
        let Data::Table(inner) = &mut value.data else { return Ok(Left::Nothing) };
        let left = self.key(inner, level)?;
        if !inner.is_empty() {
            put(table, key, value);
        } else if left == Left::Something {
            return self.wrong(format!("\"{key}\" has no value"));
        }
        Ok(left)
    }

    /// `key[`
    fn indexed(&mut self, table: &mut Table, key: String, level: usize) -> Result<Left, Wrong> {
        let index = self.index()?;
        let mut value = match table.remove(&key) {
            Some(value) if value.as_list().is_some() => value,
            Some(_) => return self.wrong(format!("\"{key}\" is already set to something that is not a list")),
            None => Value::new(Data::List(Arc::default()), None),
        };
        let Data::List(items) = &mut value.data else { return Ok(Left::Nothing) };
        let left = self.item(Arc::make_mut(items), index, level)?;
        put(table, key, value);
        Ok(left)
    }

    fn index(&mut self) -> Result<usize, Wrong> {
        self.indexes = self.indexes.saturating_add(1);
        if self.indexes > MAX_INDEXES {
            return self.wrong(format!("a name has more than {MAX_INDEXES} indexes"));
        }
        let word = self.cursor.word(&[']'], !self.is_literal());
        let index = word.end.and_then(|_| word.text.parse::<i64>().ok());
        match index.map(usize::try_from) {
            Some(Ok(index)) if index <= MAX_INDEX => Ok(index),
            Some(Ok(_)) => self.wrong(format!("an index is larger than {MAX_INDEX}")),
            Some(Err(_)) => self.wrong("an index is negative"),
            None => self.wrong("an index has to be a number in brackets"),
        }
    }

    /// Reads what follows an index.
    fn item(&mut self, list: &mut Vec<Value>, index: usize, level: usize) -> Result<Left, Wrong> {
        let word = self.cursor.word(&['[', '.', '='], !self.is_literal());
        if !word.text.is_empty() {
            return self.wrong("an index has to be followed by =, a dot or another index");
        }
        match word.end {
            None => Ok(Left::Nothing),
            Some('=') => {
                let (value, _) = self.value()?;
                self.put_item(list, index, value)?;
                Ok(Left::Something)
            }
            Some('[') => self.item_in_item(list, index, level),
            Some(_) => self.key_in_item(list, index, level),
        }
    }

    fn item_in_item(&mut self, list: &mut Vec<Value>, index: usize, level: usize) -> Result<Left, Wrong> {
        let inner_index = self.index()?;
        let mut inner = match list.get(index).map(|value| &value.data) {
            Some(Data::List(items)) => items.as_ref().clone(),
            None | Some(Data::Null) => Vec::new(),
            Some(Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Table(_)) => {
                return self.wrong("an item is already set to something that is not a list");
            }
        };
        if self.item(&mut inner, inner_index, level)? == Left::Something {
            self.put_item(list, index, Value::new(Data::List(Arc::new(inner)), None))?;
            return Ok(Left::Something);
        }
        Ok(Left::Nothing)
    }

    fn key_in_item(&mut self, list: &mut Vec<Value>, index: usize, level: usize) -> Result<Left, Wrong> {
        let is_there = index < list.len();
        let mut inner = match list.get_mut(index).map(std::mem::take) {
            Some(value) if value.as_table().is_some() => value,
            _ => Value::empty(),
        };
        let Data::Table(table) = &mut inner.data else { return Ok(Left::Nothing) };
        let left = self.key(table, level)?;
        // If nothing is left to read, Helm drops a list that would have to grow.
        if is_there || left == Left::Something {
            self.put_item(list, index, inner)?;
        }
        Ok(left)
    }

    fn put_item(&mut self, list: &mut Vec<Value>, index: usize, value: Value) -> Result<(), Wrong> {
        self.gaps = self.gaps.saturating_add(index.saturating_sub(list.len()));
        if self.gaps > MAX_GAPS {
            return self.wrong(format!("more than {MAX_GAPS} unset items would be created"));
        }
        if list.len() <= index {
            list.resize(index.saturating_add(1), Value::default());
        }
        if let Some(item) = list.get_mut(index) {
            *item = value;
        }
        Ok(())
    }

    /// Reads what follows `=`.
    fn value(&mut self) -> Result<(Value, Left), Wrong> {
        let start = self.cursor.at();
        match self.flag {
            SetFlag::Literal => {
                let text = self.cursor.word(&[], false).text;
                Ok((self.place(start, Data::Text(text.into())), Left::Something))
            }
            SetFlag::Json => self.json(start),
            SetFlag::Typed | SetFlag::Text | SetFlag::File => self.plain(start),
        }
    }

    fn json(&mut self, start: usize) -> Result<(Value, Left), Wrong> {
        if self.cursor.skip_nothing() {
            return Ok((self.place(start, Data::Null), Left::Something));
        }
        let start = self.cursor.at();
        let json = match json::first(self.cursor.rest()) {
            Ok((json, length)) => {
                self.cursor.skip(length);
                json
            }
            Err(error) => return self.wrong(error.to_string()),
        };
        let place = Place { source: self.source, span: Span::new(start, self.cursor.at()) };
        self.cursor.skip_nothing();
        Ok((Value::from_json(&json, Some(place)), Left::Something))
    }

    fn plain(&mut self, start: usize) -> Result<(Value, Left), Wrong> {
        if self.cursor.peek().is_none() {
            return Ok((self.place(start, Data::Text("".into())), Left::Nothing));
        }
        if self.cursor.take('{') {
            return Ok((self.list(start)?, Left::Something));
        }
        let word = self.cursor.word(&[','], true);
        let end = self.cursor.at().saturating_sub(word.end.map_or(0, char::len_utf8));
        Ok((self.scalar(&word.text, Span::new(start, end))?, Left::Something))
    }

    /// `{a,b}`
    fn list(&mut self, start: usize) -> Result<Value, Wrong> {
        let mut items = Vec::new();
        loop {
            let from = self.cursor.at();
            let word = self.cursor.word(&[',', '}'], true);
            let Some(end) = word.end else { return self.wrong("a list has to end with }") };
            let span = Span::new(from, self.cursor.at().saturating_sub(end.len_utf8()));
            items.push(self.scalar(&word.text, span)?);
            if end == '}' {
                let list = self.place(start, Data::List(Arc::new(items)));
                self.cursor.take(',');
                return Ok(list);
            }
        }
    }

    fn scalar(&mut self, text: &str, span: Span) -> Result<Value, Wrong> {
        let data = match self.flag {
            SetFlag::File => return (self.read)(text).map_err(|message| Mistake::new(message, span.start)),
            SetFlag::Text => Data::Text(text.into()),
            SetFlag::Typed | SetFlag::Json | SetFlag::Literal => typed(text),
        };
        Ok(Value::new(data, Some(Place { source: self.source, span })))
    }

    /// A value that spans from `start` to the cursor.
    const fn place(&self, start: usize, data: Data) -> Value {
        Value::new(data, Some(Place { source: self.source, span: Span::new(start, self.cursor.at()) }))
    }
}

/// Helm sets nothing under an empty name.
fn put(table: &mut Table, key: String, value: Value) {
    if !key.is_empty() {
        table.insert(key, value);
    }
}
