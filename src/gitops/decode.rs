//! Decodes the text in a YAML scalar, tracing it byte by byte where possible.

use super::text::{Piece, Relation, Text};
use crate::yaml::{Node, Span, Style, base64};

impl Text {
    /// The text in a scalar; `None` if Helm does not read it as a string.
    pub(super) fn of_scalar(&self, node: Node<'_>) -> Option<Self> {
        let decoded = node.as_str()?;
        let node = node.target();
        if let Some(inner) = self.inner(node.span()) {
            return Some(inner);
        }
        let pieces = pieces(self.as_str(), node, decoded);
        let whole = || vec![Piece::new(0, node.span(), Relation::Written)];
        Some(self.derive(decoded, &pieces.unwrap_or_else(whole)))
    }

    /// The text in a quoted HCL string.
    pub(super) fn of_quoted(&self, span: Span, decoded: &str) -> Self {
        let mut trace = Trace { text: self.as_str(), decoded, at: 0, pieces: Vec::new() };
        let inner = Span::new(span.start.saturating_add(1), span.end.saturating_sub(1));
        let is_followed = trace.quoted(inner, hcl_quoted).is_some() && trace.at == decoded.len();
        let pieces = if is_followed { trace.pieces } else { Vec::new() };
        let whole = Piece::new(0, span, Relation::Written);
        self.derive(decoded, if pieces.is_empty() { std::slice::from_ref(&whole) } else { &pieces })
    }

    /// The text that a scalar encodes in base64, as in Secrets.
    pub(super) fn of_base64(&self, node: Node<'_>) -> Option<Self> {
        let decoded = base64(node.as_str()?)?;
        let piece = Piece::new(0, node.target().span(), Relation::Written);
        Some(self.derive(&decoded, &[piece]))
    }
}

/// The pieces that make up the decoded text; `None` if the notation cannot be followed byte by byte.
fn pieces(text: &str, node: Node<'_>, decoded: &str) -> Option<Vec<Piece>> {
    let span = node.span();
    let inner = || Span::new(span.start.saturating_add(1), span.end.saturating_sub(1));
    let mut trace = Trace { text, decoded, at: 0, pieces: Vec::new() };
    match node.style() {
        Style::Plain => trace.same(span.start, span.len())?,
        Style::SingleQuoted => trace.quoted(inner(), single_quoted)?,
        Style::DoubleQuoted => trace.quoted(inner(), double_quoted)?,
        Style::Literal => trace.literal(span)?,
        Style::Folded | Style::Block | Style::Flow => return None,
    }
    (trace.at == decoded.len() && !trace.pieces.is_empty()).then_some(trace.pieces)
}

/// Follows a decoded text through its source.
struct Trace<'t> {
    text: &'t str,
    decoded: &'t str,
    /// How much of the decoded text has been matched.
    at: usize,
    pieces: Vec<Piece>,
}

impl Trace<'_> {
    /// The next bytes of the decoded text are the same as those of the source at `start`.
    fn same(&mut self, start: usize, length: usize) -> Option<()> {
        let end = self.at.checked_add(length)?;
        let source = Span::new(start, start.checked_add(length)?);
        if self.decoded.get(self.at..end)? != source.of(self.text) {
            return None;
        }
        self.push(source, Relation::Same, end);
        Some(())
    }

    /// The next bytes are written differently in the source.
    fn written(&mut self, source: Span, decoded: &str) -> Option<()> {
        let end = self.at.checked_add(decoded.len())?;
        if self.decoded.get(self.at..end)? != decoded {
            return None;
        }
        self.push(source, Relation::Written, end);
        Some(())
    }

    /// Adds a piece; adjacent ones are joined.
    fn push(&mut self, source: Span, relation: Relation, end: usize) {
        match self.pieces.last_mut() {
            Some(last)
                if last.relation == Relation::Same && relation == last.relation && last.source.end == source.start =>
            {
                last.source.end = source.end;
            }
            _ => self.pieces.push(Piece::new(self.at, source, relation)),
        }
        self.at = end;
    }

    /// A quoted scalar on one line; `escape` returns the length of an escape at the start of its argument and its
    /// meaning.
    fn quoted(&mut self, inner: Span, escape: fn(&str) -> Option<(usize, char)>) -> Option<()> {
        let mut at = inner.start;
        while at < inner.end {
            let rest = Span::new(at, inner.end).of(self.text);
            let first = rest.chars().next()?;
            if let Some((length, meaning)) = escape(rest) {
                let end = at.checked_add(length)?;
                self.written(Span::new(at, end), meaning.encode_utf8(&mut [0; 4]))?;
                at = end;
            } else {
                self.same(at, first.len_utf8())?;
                at = at.checked_add(first.len_utf8())?;
            }
        }
        Some(())
    }

    /// A block scalar with `|`: its lines without their indentation.
    fn literal(&mut self, span: Span) -> Option<()> {
        let mut start = next_line(self.text, span.start);
        let decoded = self.decoded;
        for line in decoded.split_inclusive('\n') {
            let end = next_line(self.text, start);
            let raw = Span::new(start, end).of(self.text);
            let body = raw.trim_end_matches(['\n', '\r']);
            let content = line.trim_end_matches('\n');
            let indent = body.len().checked_sub(content.len())?;
            let is_indent = body.get(..indent)?.bytes().all(|byte| byte == b' ');
            if !is_indent {
                return None;
            }
            self.same(start.checked_add(indent)?, content.len())?;
            if line.ends_with('\n') {
                self.written_break(Span::new(start.checked_add(body.len())?, end))?;
            }
            start = end;
        }
        Some(())
    }

    fn written_break(&mut self, source: Span) -> Option<()> {
        if source.of(self.text) == "\n" { self.same(source.start, 1) } else { self.written(source, "\n") }
    }
}

fn next_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |line| at.saturating_add(line).saturating_add(1))
}

fn single_quoted(rest: &str) -> Option<(usize, char)> {
    rest.starts_with("''").then_some((2, '\''))
}

fn double_quoted(rest: &str) -> Option<(usize, char)> {
    let code = rest.strip_prefix('\\')?;
    let simple = match code.chars().next()? {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{B}',
        'f' => '\u{C}',
        'r' => '\r',
        'e' => '\u{1B}',
        'N' => '\u{85}',
        '_' => '\u{A0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return numbered(code, 2),
        'u' => return numbered(code, 4),
        'U' => return numbered(code, 8),
        other @ ('"' | '/' | '\\' | ' ') => other,
        _ => return None,
    };
    Some((2, simple))
}

/// `$${` and `%%{` each produce two characters; the other escapes are as in most languages.
fn hcl_quoted(rest: &str) -> Option<(usize, char)> {
    match rest.as_bytes() {
        [b'$', b'$', b'{', ..] => Some((2, '$')),
        [b'%', b'%', b'{', ..] => Some((2, '%')),
        _ => double_quoted(rest),
    }
}

/// `x41`, `u0041`, `U00000041`.
fn numbered(code: &str, digits: usize) -> Option<(usize, char)> {
    let end = digits.checked_add(1)?;
    let number = u32::from_str_radix(code.get(1..end)?, 16).ok()?;
    Some((end.checked_add(1)?, char::from_u32(number)?))
}
