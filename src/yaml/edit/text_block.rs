//! Rewrites the text of a block scalar, touching only the lines that differ.

use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use crate::yaml::tree::{Id, Style};
use crate::yaml::{Span, extent};

use super::draft::{Common, Cut};
use super::page::Page;
use super::{quote, replace};

/// The lines of a block scalar.
struct Block<'d> {
    page: Page<'d>,
    span: Span,
    header: &'d str,
    /// The ranges of the lines, with their line breaks.
    lines: Vec<Span>,
    indent: usize,
}

/// Puts `new` into a block scalar; `None` if the node is not one, or if its style cannot hold the text.
pub(super) fn rewrite(page: Page<'_>, id: Id, new: &str) -> Option<Vec<Cut>> {
    let lexeme = page.tree.lexeme(id).filter(|lexeme| lexeme.style.is_block_scalar() && page.tree.target(id) == id)?;
    let block = Block::new(page, id, &lexeme.text)?;
    if !block.can_hold(new) {
        return None;
    }
    if lexeme.style == Style::Folded {
        return block.refold(&lexeme.text, new).or_else(|| block.anew(new));
    }
    if block.is_unterminated() || !block.agrees(new) {
        return block.anew(new);
    }
    Some(block.changed_lines(new))
}

impl<'d> Block<'d> {
    fn new(page: Page<'d>, id: Id, decoded: &str) -> Option<Self> {
        let span = page.span(id);
        let header = Span::new(span.start, replace::header_end(page, span.start)).of(page.text);
        let body = Span::new(extent::next_line(page.text, span.start), extent::next_line(page.text, span.end));
        let lines = lines(page.text, body);
        let blanks = |line: &str| line.len().saturating_sub(line.trim_start_matches(' ').len());
        let is_filled = |line: &&str| !line.trim_matches(' ').is_empty();
        let first = lines.iter().map(|line| line.of(page.text).trim_end_matches(extent::is_break)).find(is_filled)?;
        let first_decoded = decoded.split('\n').find(is_filled)?;
        let indent = blanks(first).checked_sub(blanks(first_decoded))?;
        Some(Self { page, span, header, lines, indent })
    }

    fn can_hold(&self, new: &str) -> bool {
        let first = new.split('\n').find(|line| !line.is_empty()).unwrap_or_default();
        let needs_digit = first.starts_with(' ') && !self.header.contains(|character: char| character.is_ascii_digit());
        let is_readable =
            |character: char| character == '\n' || quote::is_printable(character) || character == '\u{A0}';
        !new.trim_matches('\n').is_empty() && !needs_digit && new.chars().all(is_readable)
    }

    fn is_unterminated(&self) -> bool {
        self.lines.last().is_some_and(|line| !line.of(self.page.text).ends_with(extent::is_break))
    }

    /// Whether the header's chomping indicator fits the final line breaks.
    fn agrees(&self, new: &str) -> bool {
        let ends = final_line_ends(new);
        match self.header {
            header if header.contains('-') => ends == 0,
            header if header.contains('+') => ends > 0,
            _ => ends == 1,
        }
    }

    fn changed_lines(&self, new: &str) -> Vec<Cut> {
        let old: Vec<_> = self.lines.iter().map(|line| self.content(*line)).collect();
        let new = new.strip_suffix('\n').unwrap_or(new);
        let new: Vec<_> = new.split('\n').collect();
        hunks(&old, &new).into_iter().map(|(old, new)| self.hunk(old, &new)).collect()
    }

    /// A line without its indentation and line break.
    fn content(&self, line: Span) -> &'d str {
        let line = line.of(self.page.text).trim_end_matches(extent::is_break);
        line.get(self.indent..).unwrap_or_default()
    }

    fn hunk(&self, old: Range<usize>, new: &[&str]) -> Cut {
        let end = self.lines.last().map(|line| line.end).unwrap_or_default();
        let start_of = |index: usize| self.lines.get(index).map_or(end, |line| line.start);
        let text: String = new.iter().flat_map(|line| [self.indented(line), self.page.line_end.to_owned()]).collect();
        Cut::new(start_of(old.start), start_of(old.end), text)
    }

    fn indented(&self, line: &str) -> String {
        if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(self.indent)) }
    }

    /// Rewrites all lines, below a header that fits.
    fn anew(&self, new: &str) -> Option<Vec<Cut>> {
        let text = self.page.text;
        let (start, end) = (self.lines.first()?.start, self.lines.last()?.end);
        let ends = final_line_ends(new);
        let digits: String = self.header.chars().filter(char::is_ascii_digit).collect();
        let chomp = match ends {
            0 if self.is_unterminated() && !self.header.contains('-') => "",
            0 => "-",
            1 => "",
            _ => "+",
        };
        let lines: Vec<_> = new.trim_end_matches('\n').split('\n').map(|line| self.indented(line)).collect();
        let mut body = lines.join(self.page.line_end);
        if ends > 0 || !self.is_unterminated() {
            body.push_str(&self.page.line_end.repeat(ends.max(1)));
        }
        let header =
            Cut::new(self.span.start, self.span.start.saturating_add(self.header.len()), format!("|{digits}{chomp}"));
        let common = common_lines(Span::new(start, end).of(text), &body);
        let body = Cut::new(start.saturating_add(common), end, extent::rest(&body, common));
        Some(if header.text == self.header { vec![body] } else { vec![header, body] })
    }

    /// Replaces a single changed stretch within a line of folded text.
    fn refold(&self, old: &str, new: &str) -> Option<Vec<Cut>> {
        let Common { front, back } = Common::of(old, new);
        let old_middle = old.get(front..old.len().saturating_sub(back))?;
        let new_middle = new.get(front..new.len().saturating_sub(back))?;
        if new_middle.contains('\n') || old_middle.contains('\n') {
            return None;
        }
        let start = self.source_of(old, front)?;
        let end = self.source_of(old, front.saturating_add(old_middle.len()))?;
        Some(vec![Cut::new(start, end, new_middle)])
    }

    /// The source offset of a byte of folded text. Both texts have the same words in the same order, and differ in the
    /// white space between them.
    fn source_of(&self, decoded: &str, offset: usize) -> Option<usize> {
        let body = Span::new(self.lines.first()?.start, self.lines.last()?.end);
        let mut source = body.of(self.page.text).char_indices().filter(|(_, character)| !is_white(*character));
        let (before, behind) = decoded.split_at_checked(offset)?;
        let words = |text: &str| text.chars().filter(|&character| !is_white(character)).count();
        let count = words(before);
        if before.ends_with(is_white) || before.is_empty() {
            let (at, _) = source.nth(count)?;
            return behind.starts_with(|next| !is_white(next)).then(|| body.start.saturating_add(at));
        }
        let (at, last) = source.nth(count.checked_sub(1)?)?;
        Some(body.start.saturating_add(at).saturating_add(last.len_utf8()))
    }
}

const fn is_white(character: char) -> bool {
    extent::is_break(character) || character == ' '
}

fn final_line_ends(text: &str) -> usize {
    text.len().saturating_sub(text.trim_end_matches('\n').len())
}

/// The length in bytes of the whole lines at the start that two texts have in common.
fn common_lines(old: &str, new: &str) -> usize {
    let lines = old.split_inclusive('\n').zip(new.split_inclusive('\n'));
    lines.take_while(|(old, new)| old == new).map(|(old, _)| old.len()).sum()
}

fn lines(text: &str, body: Span) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = body.start;
    while start < body.end {
        let end = extent::next_line(text, start);
        lines.push(Span::new(start, end));
        start = end;
    }
    lines
}

/// Which old lines to replace by which new ones.
fn hunks<'s>(old: &[&str], new: &[&'s str]) -> Vec<(Range<usize>, Vec<&'s str>)> {
    let changed = |operation: DiffOp| {
        let (tag, old, lines) = operation.as_tag_tuple();
        (tag != DiffTag::Equal).then(|| (old, new.get(lines).unwrap_or_default().to_vec()))
    };
    capture_diff_slices(Algorithm::Myers, old, new).into_iter().filter_map(changed).collect()
}
