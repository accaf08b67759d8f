//! One command of a shell text.

use std::ops::Range;

use super::program::{self, is_shell};
use super::{Dialect, Text};
use crate::unix_path::base_name;

/// A simple command.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// Its words, including leading assignments; redirections are not words.
    pub words: Vec<Word>,
    /// The text of a here-document or here-string that it reads.
    pub stdin: Option<Text>,
    /// The file that its input comes from.
    pub stdin_file: Option<Word>,
    /// The file that its output goes to, if any.
    pub stdout: Option<Output>,
    /// The files that it opens under descriptor numbers from 2 on, each with its number.
    pub opened: Vec<(u32, Output)>,
    /// The descriptor number, from 2 on, that its output goes to: `>&2`.
    pub sent_to: Option<u32>,
    /// Whether what follows does not wait for it.
    pub is_in_background: bool,
    /// The branches, loops, functions and conditions around it, outermost first.
    pub conditions: Vec<Condition>,
    /// What connects its pipeline to the previous one.
    pub link: Link,
    /// Where in the source its pipeline begins.
    pub start: usize,
    /// The number of the command that its output is piped to.
    pub pipe: Option<usize>,
    /// The number of the command that passes the text that it is part of to a shell, if any.
    pub outer: Option<usize>,
    /// The shell that runs it.
    pub dialect: Dialect,
    /// The function that it is part of, if any.
    pub function: Option<String>,
    /// The shells of its own text, or of the function that it is part of, that run it, outermost first: those of
    /// parentheses, of parts of a pipe, and in the background. It ends the last of them at most, not the text.
    pub shells: Vec<usize>,
}

/// A word.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// What it says.
    pub text: Text,
    /// Its place in the source.
    pub span: Range<usize>,
    /// Whether any of it is quoted.
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

/// Something that decides whether a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The text that it is part of, as whoever reads several numbers them.
    text: usize,
    /// Its own number in that text.
    number: usize,
    /// The number of the `if` or `case` that it is a branch of, else its own: of several branches, one runs at most.
    choice: usize,
    /// Whether it is that of a function's body, which runs when the function is called.
    is_body: bool,
}

/// What separates a pipeline from the previous one.
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

impl Condition {
    /// One of its own, the only one of a text.
    #[must_use]
    pub const fn alone(text: usize) -> Self {
        Self { text, number: 0, choice: 0, is_body: false }
    }

    /// One with a number, as a branch of what has another number.
    pub(super) const fn branch(number: usize, choice: usize) -> Self {
        Self { text: 0, number, choice, is_body: false }
    }

    /// That of a function's body.
    pub(super) const fn body(number: usize) -> Self {
        Self { text: 0, number, choice: number, is_body: true }
    }

    /// The same as one of another text.
    #[must_use]
    pub const fn in_text(self, text: usize) -> Self {
        Self { text, ..self }
    }

    /// The same in a text that is nested in another one, behind so many of its commands.
    pub(super) const fn behind(self, commands: usize) -> Self {
        Self { text: self.text + commands, ..self }
    }
}

impl Condition {
    /// Whether those of one command and those of another say that only one of the two runs.
    #[must_use]
    pub fn exclude(those: &[Self], others: &[Self]) -> bool {
        let mut pairs = those.iter().zip(others);
        let differing = pairs.find(|(one, other)| one != other);
        differing.is_some_and(|(one, other)| (one.text, one.choice) == (other.text, other.choice))
    }
}

impl Word {
    /// A word with a text of its own.
    #[must_use]
    pub const fn new(text: Text) -> Self {
        Self { text, span: 0..0, is_quoted: false }
    }
}

impl Command {
    /// Its words from the program on, without leading assignments and programs that only run another command.
    #[must_use]
    pub fn program_words(&self) -> &[Word] {
        let mut before: Option<&str> = None;
        let mut is_behind_env = false;
        let count = self.words.iter().take_while(|word| {
            let name = base_name(word.text.as_str());
            let is_user = before.is_some_and(program::takes_user);
            let is_of_env = is_behind_env && program::is_option_of_env(word.text.as_str(), before);
            let is_in_front = is_of_env || is_user || program::hands_on(name) || is_assignment(word);
            before = Some(name);
            is_behind_env = name == "env" || is_behind_env && is_of_env;
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

    /// The arguments of its program.
    #[must_use]
    pub fn arguments(&self) -> impl DoubleEndedIterator<Item = &Word> {
        self.program_words().iter().skip(1)
    }

    /// Name and value of each variable that it sets, permanently or only for its program.
    pub fn assignments(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.assignment_words().filter_map(|word| word.text.as_str().split_once('='));
        pairs.map(|(name, value)| (name.trim_end_matches('+'), value))
    }

    /// The words that set variables.
    pub(super) fn assignment_words(&self) -> impl Iterator<Item = &Word> {
        let arguments = self.arguments().filter(|_| self.sets_variables());
        self.words_in_front().chain(arguments).filter(|word| is_assignment(word))
    }

    /// Its words before the program.
    #[must_use]
    pub fn words_in_front(&self) -> impl DoubleEndedIterator<Item = &Word> {
        let count = self.words.len() - self.program_words().len();
        self.words.get(..count).unwrap_or_default().iter()
    }

    /// Its words with one blank between them.
    #[must_use]
    pub fn line(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Whether it has certainly run if another, later command runs.
    #[must_use]
    pub fn is_certain_for(&self, later: &Self) -> bool {
        later.conditions.starts_with(&self.conditions)
    }

    /// Whether it is in another branch of an `if` or `case` than another command, so that only one of the two runs.
    #[must_use]
    pub fn excludes(&self, other: &Self) -> bool {
        Condition::exclude(&self.conditions, &other.conditions)
    }

    /// How many of its conditions are around the body of the function that it is part of, or are that body's own.
    #[must_use]
    pub fn conditions_of_function(&self) -> usize {
        self.conditions.iter().rposition(|condition| condition.is_body).map_or(0, |at| at + 1)
    }

    /// Whether the text goes on behind it only if it does not run, and fails if it does.
    pub(super) fn ends_as_failed(&self) -> bool {
        let is_failure = match self.arguments().next() {
            Some(status) => status.text.as_str().parse::<u8>().is_ok_and(|status| status > 0),
            // The status is that of the command before.
            None => self.link == Link::Or,
        };
        self.program() == "exit" && is_failure && self.is_of_text() && !self.conditions.is_empty()
    }

    /// Whether the shell that reads the text runs it, and waits for it.
    #[must_use]
    pub const fn is_of_text(&self) -> bool {
        self.shells.is_empty() && self.outer.is_none() && !self.is_in_background
    }

    /// Whether its program takes the place of the shell that reads the text: `exec`, and nothing comes after it.
    #[must_use]
    pub fn is_last(&self) -> bool {
        let is_exec = self.words_in_front().any(|word| word.text.as_str() == "exec") && !self.hands_nothing_on();
        is_exec && self.is_of_text() && self.function.is_none()
    }

    /// The last value that is given to a variable for its program alone: `X=1 program`, `env X=1 program`.
    #[must_use]
    pub fn handed(&self, name: &str) -> Option<&str> {
        let is_for_program = !self.program_words().is_empty() && !self.sets_variables();
        let words = self.words_in_front().rev().filter(|word| is_for_program && is_assignment(word));
        words
            .filter_map(|word| word.text.as_str().split_once('='))
            .find(|(set, _)| *set == name)
            .map(|(_, value)| value)
    }

    /// Whether its output is not redirected, so that it goes where that of the surrounding commands goes.
    pub(super) const fn is_silent(&self) -> bool {
        self.stdout.is_none() && self.pipe.is_none() && self.sent_to.is_none()
    }

    /// Whether what follows `&&` can be assumed to run: this command does something that normally works, and tests
    /// nothing.
    #[must_use]
    pub fn succeeds(&self) -> bool {
        !self.words.is_empty() && program::works(self.program())
    }

    /// Whether it sets variables permanently: `export X=1`.
    pub(super) fn sets_variables(&self) -> bool {
        matches!(self.program(), "export" | "local" | "readonly" | "declare" | "typeset")
    }

    /// Whether it runs a script, whose effects are unknown.
    pub(super) fn is_script(&self) -> bool {
        self.program().strip_suffix(".sh").is_some() || is_shell(self.program()) && self.handed_to_shell().is_none()
    }

    /// Whether it looks up a program: `command -v x`.
    pub(super) fn looks_for_program(&self) -> bool {
        let is_command = self.words.first().is_some_and(|word| word.text.as_str() == "command");
        is_command && matches!(self.program(), "-v" | "-V")
    }

    /// Whether it is `env`, `exec` or the like without a program.
    pub(super) fn hands_nothing_on(&self) -> bool {
        self.program_words().is_empty() && !self.words.iter().all(is_assignment)
    }

    /// The path of the script that it may run, and the arguments it passes.
    #[must_use]
    pub fn script(&self) -> Option<(&str, &[Word])> {
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

    /// The text that it passes to a shell: the word after `-c`.
    #[must_use]
    pub fn handed_to_shell(&self) -> Option<&Text> {
        self.handed_with_arguments().map(|(text, _)| text)
    }

    /// The same with what the text gets as `$0` and arguments.
    #[must_use]
    pub fn handed_with_arguments(&self) -> Option<(&Text, &[Word])> {
        let is_shell = self.words.iter().any(|word| program::runs_texts(word.text.as_str()));
        let is_option = |word: &Word| {
            word.text.as_str().strip_prefix('-').is_some_and(|letters| letters.contains('c') && is_cluster(letters))
        };
        let at = self.words.iter().position(is_option).filter(|_| is_shell)?;
        let behind = self.words.get(at + 1..)?;
        // More options may precede it.
        let is_option = |text: &str| text.starts_with(['-', '+']) && !text.contains(' ');
        let options = behind.iter().take_while(|word| is_option(word.text.as_str())).count();
        behind.get(options..)?.split_first().map(|(word, arguments)| (&word.text, arguments))
    }
}

/// How a message names a word of a command: as it is if it looks like a path or a name. A secret may be part of anything
/// else.
#[must_use]
pub fn shown<'w>(word: &'w str, otherwise: &'w str) -> &'w str {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+~$*?{}".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_name) { word } else { otherwise }
}

/// Whether letters are those of a few short options: `-ec`.
fn is_cluster(letters: &str) -> bool {
    letters.len() < 6 && letters.bytes().all(|letter| letter.is_ascii_lowercase())
}

fn is_assignment(word: &Word) -> bool {
    let text = word.text.as_str();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let (name, behind) = text.split_at_checked(text.bytes().take_while(is_name).count()).unwrap_or_default();
    let begins_one = name.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    begins_one && (behind.starts_with('=') || behind.starts_with("+="))
}
