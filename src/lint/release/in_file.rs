//! Maps edits of a text that was extracted or generated from a file to edits of the file.

use crate::gitops::{Place, Text};
use crate::yaml::{Edit, Span};

/// Maps edits of a text to edits of the file that contains it; new lines get the indentation of the others.
pub(super) fn in_file(text: &Text, content: &str, edits: &[Edit]) -> Result<Vec<Edit>, String> {
    let written = Written { text, content };
    let indent = written.indentation();
    edits.iter().map(|edit| written.edit(indent, edit)).collect()
}

/// A text and the file that it is written in.
#[derive(Clone, Copy)]
struct Written<'t> {
    text: &'t Text,
    content: &'t str,
}

impl<'t> Written<'t> {
    fn edit(self, indent: &str, edit: &Edit) -> Result<Edit, String> {
        let place = if self.is_new_line(edit) { self.new_line(edit)? } else { self.text.place(edit.span) };
        if !place.is_exact {
            return Err("it is not written there as it is read".to_owned());
        }
        if self.is_new_line(edit) && self.has_unseen_key(edit) {
            return Err("a part of the template that writes nothing here has the same key".to_owned());
        }
        let before = self.content.get(..place.span.start).unwrap_or_default();
        let is_line_start = before.is_empty() || before.ends_with('\n');
        let is_inside = !is_line_start || edit.span.start < self.text.as_str().len();
        let mut lines = edit.text.replace('\n', &format!("\n{indent}"));
        if is_line_start && edit.span.start > 0 {
            lines.insert_str(0, indent);
        }
        if edit.text.ends_with('\n') && (is_line_start || !is_inside) {
            lines.truncate(lines.len().saturating_sub(indent.len()));
        }
        Ok(Edit { span: place.span, text: lines })
    }

    /// The indentation of the text's lines in its file.
    fn indentation(self) -> &'t str {
        let first = self.text.as_str().find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let at = self.text.place(Span::new(first, first)).span.start;
        let line = self.content.get(..at).map_or(0, |before| before.rfind('\n').map_or(0, |line| line + 1));
        let lead = self.content.get(line..at).unwrap_or_default();
        if lead.trim().is_empty() { lead } else { "" }
    }

    /// Whether an edit adds whole lines between others.
    fn is_new_line(self, edit: &Edit) -> bool {
        edit.span.is_empty() && edit.text.ends_with('\n') && self.before(edit).ends_with('\n')
    }

    fn before(self, edit: &Edit) -> &'t str {
        self.text.as_str().get(..edit.span.start).unwrap_or_default()
    }

    /// Where new lines go: right after the preceding line. A part of the template may follow there that writes nothing
    /// here but something elsewhere.
    fn new_line(self, edit: &Edit) -> Result<Place, String> {
        let end = self.before(edit).trim_end().len();
        let gap = Span::new(end, edit.span.start);
        let place = self.text.place(edit.span);
        let blanks = self.text.place(gap);
        if end == 0 || blanks.is_exact && blanks.span.end == place.span.start && self.follows(end, &blanks) {
            return Ok(place);
        }
        let span = self.end_of_line(end).ok_or("a template action makes the line that it would follow")?;
        Ok(Place { span, is_exact: true, ..place })
    }

    /// Whether a place directly continues the byte before `end`.
    fn follows(self, end: usize, place: &Place) -> bool {
        let last = self.text.place(Span::new(end.saturating_sub(1), end));
        last.is_exact && last.span.end == place.span.start
    }

    /// The start of the file's next line, after the last byte of a line of the text.
    fn end_of_line(self, end: usize) -> Option<Span> {
        let line = self.text.as_str().get(..end)?;
        let line_start = line.rfind('\n').map_or(0, |start| start.saturating_add(1));
        let place = |at: usize| self.text.place(Span::new(at.saturating_sub(1), at));
        let written = (line_start.saturating_add(1)..=end).rev().find(|at| place(*at).is_exact)?;
        let start = place(written).span.end;
        let rest = self.content.get(start..)?;
        let length = rest.find('\n').map_or(rest.len(), |length| length.saturating_add(1));
        let rest = rest.get(..length)?.trim();
        let is_action = rest.starts_with("{{") && rest.ends_with("}}") && rest.matches("{{").count() == 1;
        let next = start.saturating_add(length);
        let is_end = if written == end { rest.is_empty() } else { is_action };
        is_end.then_some(Span::new(next, next))
    }

    /// Whether the mapping that gets a new line already has its key in the file, in a part that is left out of the
    /// text.
    fn has_unseen_key(self, edit: &Edit) -> bool {
        let line = edit.text.lines().next().unwrap_or_default();
        let Some((key, _)) = line.trim_start().split_once(':') else { return false };
        let text = self.text.as_str();
        let mapping = self.lines_around(edit.span.start, indent_of(line));
        let before = text.get(..mapping.start).unwrap_or_default().trim_end().len();
        let start = self.text.place(Span::new(before.saturating_sub(1), before)).span.end;
        let end = self.text.place(Span::new(mapping.end, mapping.end)).span.end;
        let count = |lines: &str| lines.lines().filter(|line| has_key(line, key)).count();
        count(Span::new(start, end).of(self.content)) > count(mapping.of(text))
    }

    /// The lines around a byte that are indented at least this much.
    fn lines_around(self, at: usize, indent: usize) -> Span {
        let text = self.text.as_str();
        let is_inside = |line: &&str| line.trim().is_empty() || indent_of(line) >= indent;
        let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
        let before: usize = before.split_inclusive('\n').rev().take_while(is_inside).map(str::len).sum();
        let behind: usize = behind.split_inclusive('\n').take_while(is_inside).map(str::len).sum();
        Span::new(at.saturating_sub(before), at.saturating_add(behind))
    }
}

fn has_key(line: &str, key: &str) -> bool {
    line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))
}

fn indent_of(line: &str) -> usize {
    line.len().saturating_sub(line.trim_start().len())
}
