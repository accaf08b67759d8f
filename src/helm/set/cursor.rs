//! A cursor over the argument of a flag.

/// A position in the argument.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

/// A word, and the character that ended it; `end` is `None` at the end of the text.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) end: Option<char>,
}

impl<'t> Cursor<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes have been read.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.skip(next.len_utf8());
        Some(next)
    }

    /// Consumes a character if it comes next.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.skip(wanted.len_utf8());
        }
        is_next
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.text.len());
    }

    /// Reads up to and including one of `ends`. With escapes, a backslash makes the next character part of the word;
    /// one at the end of the text is dropped.
    pub(super) fn word(&mut self, ends: &[char], has_escapes: bool) -> Word {
        let mut text = String::new();
        while let Some(character) = self.next() {
            if ends.contains(&character) {
                return Word { text, end: Some(character) };
            }
            match character {
                '\\' if has_escapes => text.extend(self.next()),
                _ => text.push(character),
            }
        }
        Word { text, end: None }
    }

    /// Skips blanks and one comma; returns false if anything else comes first.
    pub(super) fn skip_nothing(&mut self) -> bool {
        loop {
            match self.peek() {
                None => return true,
                Some(',') => {
                    self.skip(1);
                    return true;
                }
                Some(blank) if blank.is_whitespace() => self.skip(blank.len_utf8()),
                Some(_) => return false,
            }
        }
    }
}
