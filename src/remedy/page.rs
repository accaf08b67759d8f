//! YAML for human readers: multi-line texts as blocks, keys in the given order, comments above them. Only for new
//! files; existing text is edited by `yaml::edit`.

use serde_json::Value;

use crate::yaml::{is_printable, is_reserved, quoted};

/// A value to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Page {
    /// A text.
    Text(String),
    /// A number, a boolean or null, as JSON writes it.
    Bare(String),
    /// A list.
    List(Vec<Page>),
    /// A mapping.
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The comment above it, without the `#`.
    pub comment: Option<String>,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Page,
}

/// Texts longer than this are written as blocks if they would need quotes.
const LONGEST_QUOTED: usize = 40;

/// Keys that people expect in front of the others.
const FIRST: [&str; 5] = ["apiVersion", "kind", "metadata", "name", "namespace"];

impl Page {
    /// A mapping of these keys, in this order.
    #[must_use]
    pub fn table<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Table(entries.into_iter().map(|(key, value)| Entry::new(key, value)).collect())
    }

    /// The same mapping with one more key at its end; any other value is unchanged.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Self>) -> Self {
        if let Self::Table(entries) = &mut self {
            entries.push(Entry::new(key, value.into()));
        }
        self
    }

    /// The text of a document, with a final line break.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    /// Writes the value at an indentation, starting at the beginning of a line.
    fn write(&self, out: &mut String, indent: usize) {
        match self {
            Self::Table(entries) if !entries.is_empty() => {
                for (at, entry) in entries.iter().enumerate() {
                    entry.write(out, indent, at > 0);
                }
            }
            Self::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    pad(out, indent, at > 0);
                    out.push('-');
                    item.write_item(out, indent);
                }
            }
            Self::Text(_) | Self::Bare(_) | Self::List(_) | Self::Table(_) => self.write_inline(out, indent),
        }
    }

    /// Writes the value after a dash: a collection begins on the same line.
    fn write_item(&self, out: &mut String, indent: usize) {
        let begins_with_comment =
            matches!(self, Self::Table(entries) if entries.first().is_some_and(|entry| entry.comment.is_some()));
        if self.is_collection() && !begins_with_comment {
            out.push(' ');
            self.write(out, indent + 2);
        } else {
            self.write_behind(out, indent + 2);
        }
    }

    /// Writes the value after a key or a dash.
    fn write_behind(&self, out: &mut String, indent: usize) {
        if self.is_collection() {
            out.push('\n');
            pad(out, indent, true);
            self.write(out, indent);
        } else {
            out.push(' ');
            self.write_inline(out, indent);
        }
    }

    fn is_collection(&self) -> bool {
        match self {
            Self::List(items) => !items.is_empty(),
            Self::Table(entries) => !entries.is_empty(),
            Self::Text(_) | Self::Bare(_) => false,
        }
    }

    fn write_inline(&self, out: &mut String, indent: usize) {
        match self {
            Self::Text(text) if is_plain(text) => line(out, text),
            Self::Text(text) if is_block(text) => block(out, text, indent.max(2)),
            Self::Text(text) => line(out, &quoted(text)),
            Self::Bare(text) => line(out, text),
            Self::List(_) => line(out, "[]"),
            Self::Table(_) => line(out, "{}"),
        }
    }
}

impl Entry {
    /// A key without a comment.
    #[must_use]
    pub fn new(key: &str, value: Page) -> Self {
        Self { comment: None, key: key.to_owned(), value }
    }

    /// A key with a comment above it, which may have several lines.
    #[must_use]
    pub fn said(comment: impl Into<String>, key: &str, value: impl Into<Page>) -> Self {
        Self { comment: Some(comment.into()), key: key.to_owned(), value: value.into() }
    }

    fn write(&self, out: &mut String, indent: usize, is_padded: bool) {
        let mut is_padded = is_padded;
        for said in self.comment.iter().flat_map(|comment| comment.lines()) {
            pad(out, indent, is_padded);
            line(out, &format!("# {said}"));
            is_padded = true;
        }
        pad(out, indent, is_padded);
        out.push_str(&if is_plain(&self.key) { self.key.clone() } else { quoted(&self.key) });
        out.push(':');
        let is_list = matches!(self.value, Page::List(_));
        self.value.write_behind(out, if is_list { indent } else { indent + 2 });
    }
}

fn pad(out: &mut String, indent: usize, is_padded: bool) {
    if is_padded && out.ends_with('\n') {
        out.push_str(&" ".repeat(indent));
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// Whether a text needs no quotes: it begins with a letter or a slash, and nothing in it ends a text or begins a comment.
/// `yaml::edit` quotes more, because what it writes may stand between brackets; here people read sentences.
fn is_plain(text: &str) -> bool {
    text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'/')
        && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
        && !is_reserved(text)
}

/// Whether a text is better read as a block, and can be written as one.
fn is_block(text: &str) -> bool {
    let is_long = text.contains(['\n', '"', '\\']) || text.len() > LONGEST_QUOTED;
    let begins_well = text.lines().find(|line| !line.is_empty()).is_some_and(|line| !line.starts_with(' '));
    is_long && begins_well && text.chars().all(|c| c == '\n' || c != '\t' && is_printable(c)) && !text.starts_with('\n')
}

fn block(out: &mut String, text: &str, indent: usize) {
    let body = text.trim_end_matches('\n');
    line(
        out,
        match text.len() - body.len() {
            0 => "|-",
            1 => "|",
            _ => "|+",
        },
    );
    for one in body.split('\n') {
        if !one.is_empty() {
            out.push_str(&" ".repeat(indent));
        }
        line(out, one);
    }
    out.push_str(&"\n".repeat((text.len() - body.len()).saturating_sub(1)));
}

impl From<&str> for Page {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Page {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for Page {
    fn from(number: i32) -> Self {
        Self::Bare(number.to_string())
    }
}

impl From<&Value> for Page {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Bare(value.to_string()),
            Value::String(text) => text.as_str().into(),
            Value::Array(items) => items.iter().map(Self::from).collect(),
            Value::Object(entries) => {
                let mut entries: Vec<Entry> =
                    entries.iter().map(|(key, value)| Entry::new(key, value.into())).collect();
                entries.sort_by_key(|entry| FIRST.iter().position(|key| *key == entry.key).unwrap_or(FIRST.len()));
                Self::Table(entries)
            }
        }
    }
}

impl FromIterator<Page> for Page {
    fn from_iter<T: IntoIterator<Item = Page>>(items: T) -> Self {
        Self::List(items.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_read_well() {
        let page = Page::Table(vec![
            Entry::new("kind", "Component".into()),
            Entry::said(
                "Two\nlines.",
                "patches",
                Page::List(vec![Page::table([
                    ("target", Page::table([("kind", "StatefulSet".into()), ("name", "zk".into())])),
                    ("patch", "a: 1\nb: \"2\"\n".into()),
                ])]),
            ),
            Entry::new("on", "true".into()),
            Entry::new("none", Page::List(Vec::new())),
        ]);
        let expected = r#"kind: Component
# Two
# lines.
patches:
- target:
    kind: StatefulSet
    name: zk
  patch: |
    a: 1
    b: "2"
"on": "true"
none: []
"#;
        assert_eq!(page.text(), expected);
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            any::<String>(),
            "[ \\n\\t#:\"'\\\\a-c|>-]{0,60}",
            "(true|no|null|~|1|0x1f|1e3|-|---|\\.inf|2001-01-01|=|<<)",
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[ -~\\n]{0,12}", inner, 0..5).prop_map(|table| json!(table)),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in value()) {
            let text = Page::from(&value).text();
            let read: Value = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            prop_assert_eq!(&read, &value, "{}", text);
            let ours = crate::yaml::Document::parse(text.as_bytes(), 0).unwrap();
            if let Some(ours) = ours {
                prop_assert_eq!(ours.to_json().unwrap(), value, "{}", text);
            }
        }
    }
}
