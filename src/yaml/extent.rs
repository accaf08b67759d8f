//! Where nodes start and end in the text, in cases where the parser's marks differ.

use super::Span;
use super::tree::Lexeme;

/// The text from `offset` on.
pub(super) fn rest(text: &str, offset: usize) -> &str {
    text.get(offset..).unwrap_or_default()
}

/// Whether YAML 1.1 ends a line at this character.
pub(super) const fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The offset of the first line break at or after `offset`, or the end of the text.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    rest(text, offset).find(is_break).map_or(text.len(), |at| offset.saturating_add(at))
}

/// The start of the line after the one that `offset` is on, or the end of the text.
pub(super) fn next_line(text: &str, offset: usize) -> usize {
    let end = line_end(text, offset);
    let mut characters = rest(text, end).chars();
    let length = match (characters.next(), characters.next()) {
        (Some('\r'), Some('\n')) => 2,
        (Some(character), _) => character.len_utf8(),
        (None, _) => 0,
    };
    end.saturating_add(length)
}

/// The start of the line that `offset` is on, after a byte order mark.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.char_indices().rev().find(|&(_, character)| is_break(character));
    match start {
        Some((at, character)) => at.saturating_add(character.len_utf8()),
        None if before.starts_with('\u{FEFF}') => 3,
        None => 0,
    }
}

/// Characters between the start of the line and `offset`.
pub(super) fn column(text: &str, offset: usize) -> usize {
    Span::new(line_start(text, offset), offset).of(text).chars().count()
}

/// The first offset at or after `offset` that is not part of a blank, a line break or a comment.
pub(super) fn skip_blanks(text: &str, offset: usize) -> usize {
    let mut at = offset;
    loop {
        let blank = rest(text, at)
            .trim_start_matches(|character| matches!(character, ' ' | '\t' | '\u{FEFF}') || is_break(character));
        at = text.len().saturating_sub(blank.len());
        if !blank.starts_with('#') {
            return at;
        }
        at = line_end(text, at);
    }
}

/// Skips `count` anchors and tags, and whatever separates them from their node.
pub(super) fn behind_properties(text: &str, start: usize, count: usize) -> usize {
    (0..count).fold(start, |at, _| skip_blanks(text, behind_property(text, at)))
}

fn behind_property(text: &str, start: usize) -> usize {
    let property = rest(text, start);
    let end = match property.strip_prefix("!<") {
        Some(verbatim) => verbatim.find('>').map(|at| at.saturating_add(3)),
        None => property
            .find(|character| matches!(character, ' ' | '\t' | ',' | '[' | ']' | '{' | '}') || is_break(character)),
    };
    end.map_or(text.len(), |end| start.saturating_add(end))
}

/// The end of the last line that belongs to a block scalar, without its line break. The parser's mark is after all
/// trailing blank lines, which belong to the scalar only with a `+` indicator.
pub(super) fn block_scalar_end(text: &str, marks: Span) -> usize {
    let header = Span::new(marks.start, line_end(text, marks.start));
    let content = Span::new(next_line(text, marks.start), marks.end);
    let indicators = header.of(text).find(|character: char| !matches!(character, '|' | '>' | '+' | '-' | '0'..='9'));
    let header_end = indicators.map_or(header.end, |at| header.start.saturating_add(at));
    let keeps = Span::new(header.start, header_end).of(text).contains('+');
    let body = content.of(text);
    let indent = indentation(body);
    let kept = body.trim_end_matches(is_break);
    let last = if keeps { without_break(body) } else { without_blank_lines(kept, indent) };
    let is_written = !last.is_empty() || keeps && !body.is_empty();
    if is_written { content.start.saturating_add(last.len()) } else { header_end }
}

fn without_break(body: &str) -> &str {
    let body = body.strip_suffix('\n').unwrap_or(body);
    body.strip_suffix('\r').unwrap_or(body)
}

/// Trims trailing blank lines. One of nothing but spaces is content if it is longer than the indentation.
fn without_blank_lines(body: &str, indent: usize) -> &str {
    let mut body = body;
    loop {
        body = body.trim_end_matches(is_break);
        let start = line_start(body, body.len());
        let line = rest(body, start);
        if line.is_empty() || line.len() > indent || !line.trim_end_matches(' ').is_empty() {
            return body;
        }
        body = body.get(..start).unwrap_or_default();
    }
}

/// The indentation of a block scalar: that of its least indented non-blank line.
pub(super) fn indentation(body: &str) -> usize {
    let lines = body.split(is_break).filter(|line| !line.trim_start_matches(' ').is_empty());
    lines.map(|line| line.len().saturating_sub(line.trim_start_matches(' ').len())).min().unwrap_or(usize::MAX)
}

/// Every text is parsed with a final line break. If the document itself has none, takes it back from a block scalar
/// that extends to the end: Go would not have read it.
pub(super) fn unread_added_line_end(text: &str, end: usize, lexeme: &mut Lexeme) {
    let last_line = rest(text, line_start(text, text.len()));
    let reaches_end = end >= text.len() && !last_line.is_empty();
    if reaches_end && let Some(shorter) = lexeme.text.strip_suffix('\n') {
        lexeme.text = shorter.into();
    }
}
