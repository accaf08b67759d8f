//! Writes values into HCL: into an object, as another item of a list, or as an argument of a resource.

use hcl_edit::Span as _;
use hcl_edit::expr::{Array, Expression, Object};
use serde_json::Value;

use super::expression::key_text;
use super::span;
use crate::gitops::release::{Form, Site};
use crate::yaml::{Edit, Span, line_end_of};

impl Site {
    /// The edit that writes a value under nested keys, if the site is HCL and every existing value on the path is an
    /// object. Whether the value then takes effect has to be tried.
    #[must_use]
    pub fn write_hcl(&self, keys: &[String], value: &Value) -> Option<Edit> {
        let source = Some(self.document.of(self.text.as_str())).filter(|_| self.form == Form::Hcl)?;
        let place = Place { file: self.text.as_str(), start: self.document.start };
        match source.as_bytes().first()? {
            b'{' => match hcl_edit::parser::parse_expr(source).ok()? {
                Expression::Object(object) => place.in_object(&object, self.document, keys, value),
                _ => None,
            },
            b'[' => match hcl_edit::parser::parse_expr(source).ok()? {
                Expression::Array(array) => place.in_list(&array, self.document, keys, value),
                _ => None,
            },
            _ => place.as_argument(self.document, keys, value),
        }
    }
}

/// Where the parsed text starts in its file.
#[derive(Clone, Copy)]
struct Place<'t> {
    file: &'t str,
    start: usize,
}

impl Place<'_> {
    fn in_object(self, object: &Object, outer: Span, keys: &[String], value: &Value) -> Option<Edit> {
        let (key, rest) = keys.split_first()?;
        let found = object.iter().find(|(name, _)| key_text(name).as_deref() == Some(key));
        let Some((_, found)) = found else {
            return self.insert(object.iter().last().map(|(_, last)| self.span(last.expr())), outer, keys, value);
        };
        let place = self.span(found.expr());
        match found.expr() {
            Expression::Object(inner) if !rest.is_empty() => self.in_object(inner, place, rest, value),
            found if rest.is_empty() && super::is_literal(found) => Some(Edit { span: place, text: value.to_string() }),
            _ => None,
        }
    }

    fn span(self, expression: &Expression) -> Span {
        span(expression.span()).shifted(self.start)
    }

    /// Adds an entry to an object, before its closing brace.
    fn insert(self, last: Option<Span>, outer: Span, keys: &[String], value: &Value) -> Option<Edit> {
        let close = outer.end.checked_sub(1)?;
        let line = self.line_start(close);
        let has_own_line = line > outer.start && self.slice(line, close).trim().is_empty();
        if has_own_line {
            let indent = last.map_or_else(|| format!("{}  ", self.slice(line, close)), |last| self.indent(last.start));
            let text = self.lines(&format!("{indent}{}\n", entry(keys, value, &indent)));
            return Some(Edit { span: Span::new(line, line), text });
        }
        let before = self.slice(outer.start, close).trim_end();
        let at = outer.start.checked_add(before.len())?;
        let comma = if before.ends_with(['{', ',']) { "" } else { "," };
        let end = if self.slice(at, close).is_empty() { " " } else { "" };
        Some(Edit { span: Span::new(at, at), text: format!("{comma} {}{end}", inline(keys, value)) })
    }

    /// Adds an item to a list. A heredoc ends with its line, so the comma goes before the new item.
    fn in_list(self, items: &Array, outer: Span, keys: &[String], value: &Value) -> Option<Edit> {
        let item = format!("yamlencode({{ {} }})", inline(keys, value));
        let close = outer.end.checked_sub(1)?;
        let Some(last) = items.iter().last() else {
            return Some(Edit { span: Span::new(close, close), text: item });
        };
        if matches!(last, Expression::HeredocTemplate(_)) {
            let comma = if items.trailing_comma() { "" } else { ", " };
            return Some(Edit { span: Span::new(close, close), text: format!("{comma}{item}") });
        }
        let last = self.span(last);
        let is_own_line = self.slice(outer.start, last.start).contains('\n');
        let separator = if is_own_line { format!(",\n{}", self.indent(last.start)) } else { ", ".to_owned() };
        let separator = self.lines(&separator);
        Some(Edit { span: Span::new(last.end, last.end), text: format!("{separator}{item}") })
    }

    /// Adds `values` to a resource that has none.
    fn as_argument(self, block: Span, keys: &[String], value: &Value) -> Option<Edit> {
        let close = block.end.checked_sub(1)?;
        let line = self.line_start(close);
        let has_own_line = line > block.start && self.slice(line, close).trim().is_empty();
        let text = format!("{}  values = [yamlencode({{ {} }})]\n", self.slice(line, close), inline(keys, value));
        let text = self.lines(&text);
        has_own_line.then_some(Edit { span: Span::new(line, line), text })
    }

    /// Adapts line endings to those of the file.
    fn lines(&self, text: &str) -> String {
        text.replace('\n', line_end_of(self.file))
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.file.get(start..end).unwrap_or_default()
    }

    fn line_start(self, at: usize) -> usize {
        self.slice(0, at).rfind('\n').map_or(0, |line| line.saturating_add(1))
    }

    /// The indentation of the line that contains a byte.
    fn indent(&self, at: usize) -> String {
        let line = self.slice(self.line_start(at), at);
        line.chars().take_while(|character| character.is_whitespace()).collect()
    }
}

/// `a = {` and so on, over several lines.
fn entry(keys: &[String], value: &Value, indent: &str) -> String {
    match keys.split_first() {
        Some((key, [])) => format!("{} = {value}", name(key)),
        Some((key, rest)) => {
            let inner = format!("{indent}  ");
            format!("{} = {{\n{inner}{}\n{indent}}}", name(key), entry(rest, value, &inner))
        }
        None => String::new(),
    }
}

fn inline(keys: &[String], value: &Value) -> String {
    match keys.split_first() {
        Some((key, [])) => format!("{} = {value}", name(key)),
        Some((key, rest)) => format!("{} = {{ {} }}", name(key), inline(rest, value)),
        None => String::new(),
    }
}

/// A key, quoted unless it is a plain name.
fn name(key: &str) -> String {
    let is_name = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'));
    if is_name { key.to_owned() } else { Value::String(key.to_owned()).to_string() }
}
