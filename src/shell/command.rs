//! One command of a shell text.

use std::ops::Range;

use super::Text;
use super::program::{self, is_shell};
use crate::unix_path::base_name;

/// A simple command.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// Its words, assignments in front included; redirections are no words.
    pub words: Vec<Word>,
    /// What is handed to it: a here-document or here-string.
    pub stdin: Option<Text>,
    /// The file that is handed to it.
    pub stdin_file: Option<Word>,
    /// Where its output goes, if into a file.
    pub stdout: Option<Output>,
    /// The files that it opens under numbers from 2 on, each with its number.
    pub opened: Vec<(u32, Output)>,
    /// The number from 2 on that its output goes to: `>&2`.
    pub sent_to: Option<u32>,
    /// What follows does not wait for it.
    pub is_in_background: bool,
    /// The branches, loops, functions and conditions that it stands in, outermost first; each has a number of its own.
    pub conditions: Vec<usize>,
    /// What connects its pipeline to the one before.
    pub link: Link,
    /// The place in the source where its pipeline begins.
    pub start: usize,
    /// The number of the command that its output goes to.
    pub pipe: Option<usize>,
    /// It stands in a text that another command hands to a shell.
    pub is_nested: bool,
    /// The function that it is part of, if any.
    pub function: Option<String>,
}

/// A word.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// What it says.
    pub text: Text,
    /// Where it stands in the source.
    pub span: Range<usize>,
    /// Some of it is quoted.
    pub(super) is_quoted: bool,
}

/// A file that output goes to.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub file: Word,
    /// `>>`.
    pub appends: bool,
}

/// What stands between a pipeline and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// An end of line, `;` or `&`.
    #[default]
    Next,
    /// `&&`.
    And,
    /// `||`.
    Or,
}

impl Command {
    /// Its words from the program on: assignments, and what only hands a command on, are left out.
    #[must_use]
    pub fn program_words(&self) -> &[Word] {
        let is_in_front = |word: &Word, before: Option<&str>| {
            let text = word.text.as_str();
            let is_user = before.is_some_and(program::takes_user);
            is_user || is_assignment(word) || program::hands_on(text)
        };
        let mut before: Option<&str> = None;
        let count = self.words.iter().take_while(|word| {
            let is_in_front = is_in_front(word, before);
            before = Some(base_name(word.text.as_str()));
            is_in_front
        });
        let count = count.count();
        self.words.get(count..).unwrap_or_default()
    }

    /// The name of its program, without the folder.
    #[must_use]
    pub fn program(&self) -> &str {
        self.program_words().first().map(|word| base_name(word.text.as_str())).unwrap_or_default()
    }

    /// What its program gets, as texts.
    #[must_use]
    pub fn arguments(&self) -> impl DoubleEndedIterator<Item = &Word> {
        self.program_words().iter().skip(1)
    }

    /// Name and value of each variable that it sets, for good or for its program alone.
    pub fn assignments(&self) -> impl Iterator<Item = (&str, &str)> {
        let in_front = self.words.len() - self.program_words().len();
        let in_front = self.words.iter().take(in_front);
        let arguments = self.arguments().filter(|_| self.sets_variables());
        let words = in_front.chain(arguments).filter(|word| is_assignment(word));
        words.filter_map(|word| word.text.as_str().split_once('='))
    }

    /// Its words with one blank between them.
    #[must_use]
    pub fn line(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Whether it always has run where another one runs that comes later.
    #[must_use]
    pub fn is_certain_for(&self, later: &Self) -> bool {
        later.conditions.starts_with(&self.conditions)
    }

    /// Its output goes where that of all commands around it goes.
    pub(super) const fn is_silent(&self) -> bool {
        self.stdout.is_none() && self.pipe.is_none() && self.sent_to.is_none()
    }

    /// Whether what follows on its success can be taken to run: it does something that works, and asks nothing.
    pub(super) fn succeeds(&self) -> bool {
        !self.words.is_empty() && program::works(self.program())
    }

    /// Whether it sets variables for good: `export X=1`.
    pub(super) fn sets_variables(&self) -> bool {
        matches!(self.program(), "export" | "local" | "readonly" | "declare" | "typeset")
    }

    /// Whether it runs a script, of which nobody knows what it does.
    pub(super) fn is_script(&self) -> bool {
        self.program().strip_suffix(".sh").is_some() || is_shell(self.program()) && self.handed_to_shell().is_none()
    }

    /// Whether it asks where a program is: `command -v x`.
    pub(super) fn looks_for_program(&self) -> bool {
        let is_command = self.words.first().is_some_and(|word| word.text.as_str() == "command");
        is_command && matches!(self.program(), "-v" | "-V")
    }

    /// Whether it is `env`, `exec` or the like without a program.
    pub(super) fn hands_nothing_on(&self) -> bool {
        self.program_words().is_empty() && !self.words.iter().all(is_assignment)
    }

    /// The path of the script that it may run, and what it hands to that.
    pub(super) fn script(&self) -> Option<(&str, &[Word])> {
        let words = self.program_words();
        let is_shell = is_shell(self.program());
        if is_shell && self.handed_to_shell().is_some() {
            return None;
        }
        let is_option = |word: &&Word| word.text.as_str().starts_with(['-', '+']);
        let in_front = if is_shell { 1 + words.iter().skip(1).take_while(is_option).count() } else { 0 };
        let (path, arguments) = words.get(in_front..)?.split_first()?;
        Some((path.text.as_str(), arguments)).filter(|(path, _)| path.contains(['/', '.']))
    }

    pub(super) fn is_case_head(&self) -> bool {
        self.words.first().is_some_and(|word| word.text.as_str() == "case" && word.span.is_empty())
    }

    /// The text that it hands to a shell: the word behind `-c`.
    #[must_use]
    pub fn handed_to_shell(&self) -> Option<&Text> {
        let is_shell = self.words.iter().any(|word| program::runs_texts(word.text.as_str()));
        let is_option = |word: &Word| {
            word.text.as_str().strip_prefix('-').is_some_and(|letters| letters.ends_with('c') && letters.len() < 6)
        };
        let at = self.words.iter().position(is_option).filter(|_| is_shell)?;
        self.words.get(at + 1).map(|word| &word.text)
    }
}

fn is_assignment(word: &Word) -> bool {
    let name = word.text.as_str().split_once('=').map(|(name, _)| name.trim_end_matches('+')).unwrap_or_default();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty() && name.bytes().all(is_name) && !name.starts_with(|first: char| first.is_ascii_digit())
}
