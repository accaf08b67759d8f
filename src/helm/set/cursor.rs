//! Walks through the argument of a flag.

/// Where the reading has come to.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

/// What was read up to a character that ends it; `end` is `None` at the end of the text.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) end: Option<char>,
}

impl<'t> Cursor<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes were read.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// What was not.
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

    /// Takes a character if it comes next.
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

    /// Reads up to one of some characters and over it. A backslash makes the next character part of the word; one at the
    /// end of the text is dropped.
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

    /// Reads over blanks and one comma; whether nothing else was in the way.
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
