//! The outline of an HCL file: where its comments are and where its blocks end. Strings and heredocs are skipped.

use std::str::CharIndices;

use crate::yaml::Span;

/// The outline of a file.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The comments that end with their line, including the comment signs.
    pub(super) comments: Vec<Span>,
    /// Brackets with their contents, in the order in which they begin.
    blocks: Vec<Span>,
}

impl Outline {
    /// Where the outermost block that begins on a line ends.
    pub(super) fn end_of_block(&self, line: Span) -> Option<usize> {
        let first = self.blocks.partition_point(|block| block.start < line.start);
        let blocks = self.blocks.get(first..).unwrap_or_default().iter();
        blocks.take_while(|block| block.start < line.end).map(|block| block.end).max()
    }
}

/// Scans a file once.
pub(super) fn outline(text: &str) -> Outline {
    let (mut outline, mut open) = (Outline::default(), Vec::new());
    let mut reader = Reader { text, rest: text.char_indices() };
    while let Some((at, character)) = reader.rest.next() {
        match character {
            '"' => reader.skip_string(),
            '#' => outline.comments.push(reader.line_from(at)),
            '/' if reader.is_next("/") => outline.comments.push(reader.line_from(at)),
            '/' if reader.is_next("*") => reader.skip_behind("*/"),
            '<' if reader.is_next("<") => reader.skip_heredoc(),
            '{' | '[' | '(' => open.push(at),
            '}' | ']' | ')' => {
                outline.blocks.extend(open.pop().map(|start| Span::new(start, at.saturating_add(1))));
            }
            _ => {}
        }
    }
    outline.blocks.sort_by_key(|block| block.start);
    outline
}

struct Reader<'a> {
    text: &'a str,
    rest: CharIndices<'a>,
}

impl<'a> Reader<'a> {
    fn is_next(&self, word: &str) -> bool {
        self.rest.as_str().starts_with(word)
    }

    fn offset(&self) -> usize {
        self.text.len().saturating_sub(self.rest.as_str().len())
    }

    fn advance_to(&mut self, offset: usize) {
        while self.offset() < offset && self.rest.next().is_some() {}
    }

    /// The line from an offset to its end; skips it.
    fn line_from(&mut self, start: usize) -> Span {
        let rest = self.rest.as_str();
        let length = rest.find('\n').unwrap_or(rest.len());
        let end = self.offset().saturating_add(length);
        self.advance_to(end);
        let line = Span::new(start, end).of(self.text).trim_end_matches('\r');
        Span::new(start, start.saturating_add(line.len()))
    }

    fn skip_behind(&mut self, end: &str) {
        let rest = self.rest.as_str();
        let length = rest.find(end).map_or(rest.len(), |at| at.saturating_add(end.len()));
        self.advance_to(self.offset().saturating_add(length));
    }

    /// Skips to the end of a string whose opening quote has been read. `${...}` may contain further strings.
    fn skip_string(&mut self) {
        let mut depth = 0_usize;
        while let Some((_, character)) = self.rest.next() {
            match character {
                '\\' if depth == 0 => drop(self.rest.next()),
                // `$${` and `%%{` are text.
                '$' if depth == 0 && self.is_next("${") => drop(self.rest.nth(1)),
                '%' if depth == 0 && self.is_next("%{") => drop(self.rest.nth(1)),
                '$' | '%' if self.is_next("{") => {
                    self.rest.next();
                    depth = depth.saturating_add(1);
                }
                '{' if depth > 0 => depth = depth.saturating_add(1),
                '}' => depth = depth.saturating_sub(1),
                '"' if depth > 0 => self.skip_plain_string(),
                '"' => return,
                _ => {}
            }
        }
    }

    /// Skips a string within an expression within a string; deeper nesting is not supported, as it does not occur in
    /// practice.
    fn skip_plain_string(&mut self) {
        while let Some((_, character)) = self.rest.next() {
            match character {
                '\\' => drop(self.rest.next()),
                '"' => return,
                _ => {}
            }
        }
    }

    /// Skips to the end of a heredoc of which the first `<` has been read; does nothing if it is not a heredoc.
    fn skip_heredoc(&mut self) {
        let rest: &'a str = self.rest.as_str();
        let header = rest.lines().next().unwrap_or_default();
        let word = header.trim_start_matches('<').trim_start_matches('-').trim();
        if word.is_empty() || !word.chars().all(|character| character.is_alphanumeric() || character == '_') {
            return;
        }
        let body = rest.split_inclusive('\n').skip(1).take_while(|line| line.trim() != word);
        let length = body.map(str::len).sum::<usize>().saturating_add(header.len());
        self.advance_to(self.offset().saturating_add(length).saturating_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::outline;

    fn comments(text: &str) -> Vec<&str> {
        outline(text).comments.iter().map(|comment| comment.of(text)).collect()
    }

    #[test]
    fn comments_are_told_from_strings_and_heredocs() {
        let table: [(&str, &[&str]); 11] = [
            ("# a\nx = 1 // b\r\n", &["# a", "// b"]),
            ("x = \"# no\" # yes", &["# yes"]),
            ("x = \"a\\\" # no\" # yes", &["# yes"]),
            ("x = \"${f(\"# no\")} # no\" # yes", &["# yes"]),
            ("x = \"${{a = 1}} # no\" # yes", &["# yes"]),
            ("x = \"$${\" # yes\ny = \"}\"", &["# yes"]),
            ("x = \"%%{ if # no\" # yes", &["# yes"]),
            ("/* # no\n# no */ # yes", &["# yes"]),
            ("x = <<EOF\n# no\nEOF\n# yes", &["# yes"]),
            ("x = [<<-EOF\n  # no\n  EOF\n] # yes", &["# yes"]),
            ("x = 1 << 2 # yes", &["# yes"]),
        ];
        for (text, expected) in table {
            assert_eq!(comments(text), expected, "{text}");
        }
    }

    #[test]
    fn blocks_end_where_their_brackets_close() {
        let text = "a \"b\" {\n  c = [\n    \"}\"\n  ]\n}\nd = 1\n";
        let outline = outline(text);
        let line = |start: usize| crate::yaml::Span::new(start, start + 3);
        assert_eq!(outline.end_of_block(crate::yaml::Span::new(0, 7)), text.find("\nd"));
        assert_eq!(outline.end_of_block(line(text.find("d = ").unwrap())), None);
    }

    #[test]
    fn nothing_is_too_broken() {
        for text in ["\"", "<<", "<<EOF", "/*", "}", "\"${", "\\", "#", "<<EOF\nü"] {
            outline(text);
        }
    }
}
