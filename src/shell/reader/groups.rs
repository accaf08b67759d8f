//! What encloses commands: groups, conditions, functions and the items of a `case`.

use super::{Next, Reader};
use crate::shell::Text;
use crate::shell::command::{Command, Condition, Word};

/// Words that may appear where a command begins but are not commands.
const KEYWORDS: [&str; 16] = [
    "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "for", "case", "esac", "{", "}", "!",
    "function",
];

/// What encloses commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `if`, `while`, `for`: what they enclose may not run.
    Conditional,
    Case,
    Braces,
    Parentheses,
}

pub(super) struct Group {
    pub(super) kind: Kind,
    /// How many commands there were before it.
    pub(super) first: usize,
    /// How many conditions there were around it.
    pub(super) conditions: usize,
    /// The number that its branches have in common.
    pub(super) number: usize,
    /// The number of the shell of its own that runs it, if one does.
    pub(super) shell: Option<usize>,
    /// The function that it is the body of.
    pub(super) function: Option<String>,
}

impl Reader<'_> {
    pub(super) fn new_condition(&mut self) {
        let number = self.new_number();
        self.conditions.push(Condition::branch(number, number));
    }

    pub(super) const fn new_number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// The next branch of the `if`, loop or `case` that is open.
    fn new_branch(&mut self) {
        let number = self.new_number();
        let choice = self.groups.last().map_or(number, |group| group.number);
        self.conditions.push(Condition::branch(number, choice));
    }

    pub(super) fn parenthesis(&mut self, character: char) {
        self.cursor.skip(1);
        if character == ')' {
            if self.is_pattern() {
                self.current = Command::default();
                self.next = Next::Anything;
                self.pipeline = None;
                self.new_branch();
                self.of_list = self.conditions.len();
                return;
            }
            self.finish();
            self.close(Kind::Parentheses);
            return;
        }
        if self.is_pattern() {
            return;
        }
        if self.current.words.is_empty() && self.cursor.eat("(") {
            // Arithmetic is a command in its own right, whose exit status matters.
            let at = self.cursor.place();
            self.pipeline.get_or_insert(at);
            let word = |text: &str| Word { text: Text::of_source(text), span: at..at, is_quoted: true };
            let inner = self.cursor.rest().split("))").next().unwrap_or_default();
            self.current.words.extend([word("(("), word(inner)]);
            return self.cursor.skip_to("))", true);
        }
        let is_definition =
            self.current.words.len() == 1 && self.cursor.rest().trim_start_matches([' ', '\t']).starts_with(')');
        if is_definition {
            self.cursor.skip_to(")", true);
            let name = std::mem::take(&mut self.current).words.into_iter().next();
            self.function = name.map(|name| name.text.as_str().to_owned());
            self.pipeline = None;
            return;
        }
        self.finish_command(None);
        self.open(Kind::Parentheses);
    }

    fn open(&mut self, kind: Kind) {
        let function = self.function.take();
        let is_piped_to = std::mem::take(&mut self.is_piped_to);
        let shell = (kind == Kind::Parentheses || is_piped_to).then(|| self.new_number());
        let (first, conditions, number) = (self.commands.len(), self.of_list, self.new_number());
        let group = Group { kind, first, conditions, number, shell, function };
        if group.function.is_some() {
            let number = self.new_number();
            self.conditions.push(Condition::body(number));
        }
        self.groups.push(group);
        self.of_list = self.conditions.len();
        self.pipeline = None;
    }

    fn close(&mut self, kind: Kind) {
        let Some(group) = self.groups.pop_if(|group| group.kind == kind) else { return };
        self.of_list = group.conditions;
        self.conditions.truncate(group.conditions);
        self.closed = Some(group.first..self.commands.len());
    }

    pub(super) fn word_or_keyword(&mut self) {
        let before = self.cursor.rest().len();
        let word = self.cursor.word();
        if self.cursor.rest().len() == before {
            // Whatever it is, it must not be read again.
            self.cursor.skip(self.cursor.peek().map_or(1, char::len_utf8));
            return;
        }
        let text = word.text.as_str();
        let is_descriptor = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_quoted;
        if is_descriptor && self.cursor.rest().starts_with(['<', '>']) {
            return self.redirection(text.parse().ok());
        }
        if self.is_pattern() {
            if text == "esac" {
                self.next = Next::Anything;
                self.close(Kind::Case);
            }
            return;
        }
        if self.current.words.is_empty() && !word.is_quoted && KEYWORDS.contains(&text) {
            let text = text.to_owned();
            return self.keyword(&text, word.span.start);
        }
        if text == "[[" && self.current.words.is_empty() {
            // Operators inside the condition do not separate commands.
            self.cursor.skip_to("]]", true);
        }
        self.pipeline.get_or_insert(word.span.start);
        if self.current.is_case_head() && text == "in" {
            self.current = Command::default();
            self.next = Next::Pattern;
            self.pipeline = None;
            return;
        }
        self.current.words.push(word);
    }

    /// Skips the words up to the end of a command or a line.
    fn rest_of_head(&mut self) {
        while let Some(next) = self.cursor.peek().filter(|next| !matches!(next, ';' | '\n')) {
            let before = self.cursor.rest().len();
            match next {
                '#' => self.cursor.skip_to("\n", false),
                ' ' | '\t' | '\r' => self.cursor.skip(1),
                _ => drop(self.cursor.word()),
            }
            if self.cursor.rest().len() == before {
                self.cursor.skip(next.len_utf8());
            }
        }
    }

    fn keyword(&mut self, keyword: &str, start: usize) {
        match keyword {
            "if" | "while" | "until" => self.open(Kind::Conditional),
            "for" => {
                self.open(Kind::Conditional);
                // The names or numbers that it iterates over are not a command.
                if self.cursor.rest().trim_start().starts_with("((") {
                    return self.cursor.skip_to("))", true);
                }
                self.rest_of_head();
            }
            "case" => {
                self.open(Kind::Case);
                self.current.words.push(Word { text: Text::of_source("case"), span: start..start, is_quoted: false });
            }
            // The test behind `elif` has run in its branch.
            "then" | "do" | "else" | "elif" => {
                if let Some(group) = self.groups.last().filter(|_| keyword != "then") {
                    self.conditions.truncate(group.conditions);
                }
                self.new_branch();
                self.of_list = self.conditions.len();
            }
            "fi" | "done" => self.close(Kind::Conditional),
            "esac" => self.close(Kind::Case),
            "{" => self.open(Kind::Braces),
            "}" => self.close(Kind::Braces),
            "function" => {
                let name = self.operand();
                self.function = name.map(|name| name.text.as_str().to_owned());
                if self.cursor.rest().trim_start_matches([' ', '\t']).starts_with("()") {
                    self.cursor.skip_to(")", true);
                }
            }
            // A negated command runs all the same.
            _ => {
                self.is_denied = true;
                self.pipeline.get_or_insert(start);
            }
        }
    }
}
