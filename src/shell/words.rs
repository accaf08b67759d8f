//! The words of a shell text, with quotes, escapes, expansions and here-documents.

use super::command::Word;
use super::{Text, printed};

/// A position in a shell text that advances as it is read.
pub(super) struct Cursor<'t> {
    text: &'t Text,
    at: usize,
    /// Whether a quote or an expansion was not closed.
    is_open: bool,
}

/// A here-document whose lines follow.
pub(super) struct HereDocument {
    /// The number of the command that reads it.
    pub(super) command: usize,
    /// The word that ends it.
    pub(super) end: Word,
    pub(super) strips_tabs: bool,
}

impl<'t> Cursor<'t> {
    pub(super) const fn new(text: &'t Text) -> Self {
        Self { text, at: 0, is_open: false }
    }

    /// Whether a quote or an expansion goes on to the end of the text: a shell runs nothing of it.
    pub(super) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// The place in the source of what comes next.
    pub(super) fn place(&self) -> usize {
        self.text.extent(self.at..self.at + 1).start
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'t str {
        self.text.as_str().get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Skips a text if it is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Skips some bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Skips everything before a text, or to the end; also the text itself if `is_included`.
    pub(super) fn skip_to(&mut self, text: &str, is_included: bool) {
        let found = self.rest().find(text).map(|at| at + if is_included { text.len() } else { 0 });
        self.at += found.unwrap_or(self.rest().len());
    }

    /// The next word, up to a blank or an operator outside quotes.
    pub(super) fn word(&mut self) -> Word {
        let start = self.at;
        let (mut text, mut is_quoted) = (Text::default(), false);
        while let Some(character) = self.peek() {
            let at = self.at;
            match character {
                // The values of an array.
                '(' if text.as_str().ends_with('=') && !is_quoted => {
                    let length = self.closed(enclosed(self.rest(), '(', ')'));
                    text.push_expansion(self.text, self.at..self.at + length);
                    self.at += length;
                }
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\\' if self.eat("\\\n") => {}
                '\\' => {
                    is_quoted = true;
                    self.at += 1;
                    self.take(&mut text);
                }
                '\'' => {
                    is_quoted = true;
                    self.at += 1;
                    let length = self.closed(self.rest().find('\''));
                    text.push_part(self.text, self.at..self.at + length);
                    self.at += length;
                    self.eat("'");
                }
                '"' => {
                    is_quoted = true;
                    self.at += 1;
                    self.double_quoted(&mut text);
                }
                '$' if self.rest().starts_with("$'") => {
                    is_quoted = true;
                    self.at += 2;
                    self.escaped(&mut text);
                }
                '$' | '`' => self.expansion(&mut text),
                _ => self.take_run(&mut text),
            }
            debug_assert!(self.at > at, "a word goes on");
        }
        let span = self.text.extent(start..self.at);
        Word { text, span, is_quoted }
    }

    /// Takes one character as it is.
    fn take(&mut self, text: &mut Text) {
        if let Some(character) = self.peek() {
            text.push(self.text, self.at, character);
            self.at += character.len_utf8();
        }
    }

    /// Takes everything up to the next character that may mean something in a word.
    fn take_run(&mut self, text: &mut Text) {
        let may_mean = |character: char| {
            matches!(
                character,
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' | '\\' | '\'' | '"' | '$' | '`'
            )
        };
        let length = self.rest().find(may_mean).unwrap_or(self.rest().len());
        text.push_part(self.text, self.at..self.at + length);
        self.at += length;
    }

    /// Reads up to the closing quote.
    fn double_quoted(&mut self, text: &mut Text) {
        while let Some(character) = self.peek() {
            match character {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' if self.eat("\\\n") => {}
                '\\' if self.rest().get(1..).is_some_and(|rest| rest.starts_with(['$', '`', '"', '\\'])) => {
                    self.at += 1;
                    self.take(text);
                }
                '$' | '`' => self.expansion(text),
                _ => self.take(text),
            }
        }
        self.is_open = true;
    }

    /// The length of what comes next up to what closes it, or to the end if nothing does.
    fn closed(&mut self, length: Option<usize>) -> usize {
        self.is_open |= length.is_none();
        length.unwrap_or(self.rest().len())
    }

    /// `$'...'`: escapes as in C.
    fn escaped(&mut self, text: &mut Text) {
        let end = printed::quote_end(self.rest());
        let quoted = self.rest().get(..end).unwrap_or_default();
        // Character codes are not decoded here.
        if ["\\x", "\\u", "\\U", "\\c", "\\0", "\\1"].iter().any(|code| quoted.contains(code)) {
            text.push_expansion(self.text, self.at..self.at + end);
        } else {
            printed::unescape(self.text, self.at..self.at + end, text);
        }
        self.at += end;
        self.is_open |= !self.eat("'");
    }

    /// `$x`, `${...}`, `$(...)`, or what is between backticks; a lone `$` is just a character.
    fn expansion(&mut self, text: &mut Text) {
        let length = self.closed(expansion_length(self.rest()));
        if length > 1 {
            text.push_expansion(self.text, self.at..self.at + length);
            self.at += length;
        } else {
            self.take(text);
        }
    }

    /// The lines of a here-document.
    pub(super) fn here_document(&mut self, document: &HereDocument) -> Text {
        let mut body = Text::default();
        while !self.rest().is_empty() {
            let length = self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
            let line = self.rest().get(..length).unwrap_or_default();
            let tabs = if document.strips_tabs { line.len() - line.trim_start_matches('\t').len() } else { 0 };
            let (start, end) = (self.at + tabs, self.at + length);
            let is_end =
                line.get(tabs..).is_some_and(|line| line.trim_end_matches(['\n', '\r']) == document.end.text.as_str());
            if is_end {
                self.at = end;
                return body;
            }
            if document.end.is_quoted {
                body.push_part(self.text, start..end);
                self.at = end;
            } else {
                self.at = start;
                self.line_with_expansions(&mut body, end);
            }
        }
        body
    }

    fn line_with_expansions(&mut self, body: &mut Text, end: usize) {
        while self.at < end {
            match self.peek() {
                Some('\\') if self.eat("\\\n") => {}
                Some('\\') if self.rest().get(1..).is_some_and(|rest| rest.starts_with(['$', '`', '\\'])) => {
                    self.at += 1;
                    self.take(body);
                }
                Some('$' | '`') => self.expansion(body),
                Some(_) => self.take(body),
                None => return,
            }
        }
    }
}

/// The words of a command line as written, without surrounding quotes: for finding a word where quotes may not even
/// match, as when the parts of a command are joined.
#[must_use]
pub fn loose_words(line: &str) -> impl DoubleEndedIterator<Item = &str> {
    let is_between =
        |character| matches!(character, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' | '`');
    let words = line.split(is_between);
    words.map(|word| word.trim_matches(['"', '\''])).filter(|word| !word.is_empty())
}

/// The length of the expansion that a text begins with; 1 or less if there is none, `None` if nothing closes it.
fn expansion_length(text: &str) -> Option<usize> {
    let Some(behind) = text.strip_prefix('$') else {
        // Backticks.
        return text.get(1..).and_then(|rest| rest.find('`')).map(|end| end + 2);
    };
    match behind.chars().next() {
        Some('(') => enclosed(behind, '(', ')').map(|length| length + 1),
        Some('{') => enclosed(behind, '{', '}').map(|length| length + 1),
        Some(first) if first.is_ascii_alphabetic() || first == '_' => {
            let goes_on = |character: char| character.is_ascii_alphanumeric() || character == '_';
            Some(1 + behind.find(|character| !goes_on(character)).unwrap_or(behind.len()))
        }
        Some('0'..='9' | '@' | '*' | '#' | '?' | '!' | '-') => Some(2),
        _ => Some(1),
    }
}

/// The length of a text up to the bracket that closes the first one; brackets in quotes do not count. `None` if nothing
/// closes it.
fn enclosed(text: &str, open: char, close: char) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (at, character) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
            continue;
        }
        match (quote, character) {
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, _) if character == open => depth += 1,
            (None, _) if character == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + character.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}
