//! Reads the commands of a shell text, in order, with what connects them.

use std::ops::Range;

use super::command::{Command, Link, Output, Word};
use super::words::{Cursor, HereDocument};
use super::{Dialect, Text};

/// How deep texts passed to shells may nest.
const MAX_NESTING: usize = 4;
/// Offset that keeps the condition numbers of a nested text apart from those of others.
const INNER: usize = 1_000_000;
/// How deep groups and conditions may nest.
const MAX_DEPTH: usize = 100;
/// How many commands are read; nobody writes as many by hand.
const MAX_COMMANDS: usize = 3_000;

/// All simple commands of a text. If it is not a shell text, whatever looks like one.
#[must_use]
pub fn commands(text: &Text) -> Vec<Command> {
    commands_in(text, Dialect::Any)
}

/// The same for a text whose shell may be known.
#[must_use]
pub fn commands_in(text: &Text, dialect: Dialect) -> Vec<Command> {
    read(text, dialect, 0).unwrap_or_else(|part| part)
}

/// The same for a text that can be read to its end; `None` if it is too long or nested too deep.
#[must_use]
pub fn all_commands(text: &Text) -> Option<Vec<Command>> {
    read(text, Dialect::Any, 0).ok()
}

/// All commands, or those of the part that could be read as an error.
fn read(text: &Text, dialect: Dialect, nesting: usize) -> Result<Vec<Command>, Vec<Command>> {
    let mut reader = Reader::new(text);
    let mut is_whole = reader.run();
    let (mut all, mut numbers): (Vec<Command>, Vec<usize>) = (Vec::new(), Vec::new());
    for command in reader.commands {
        numbers.push(all.len());
        let inner = (nesting < MAX_NESTING).then(|| command.handed_to_shell()).flatten();
        let of_inner = Dialect::behind(command.words.iter().map(|word| word.text.as_str()));
        let inner = inner.map_or_else(|| Ok(Vec::new()), |text| read(text, of_inner, nesting + 1));
        is_whole &= inner.is_ok();
        let inner = inner.unwrap_or_else(|part| part);
        let (conditions, function) = (command.conditions.clone(), command.function.clone());
        all.push(Command { dialect, ..command });
        let first = all.len();
        all.extend(inner.into_iter().map(|inner| Command {
            conditions:
                conditions.iter().copied().chain(inner.conditions.iter().map(|one| one + INNER * first)).collect(),
            function: inner.function.clone().or_else(|| function.clone()),
            pipe: inner.pipe.map(|number| number + first),
            is_nested: true,
            ..inner
        }));
    }
    for at in &numbers {
        if let Some(command) = all.get_mut(*at) {
            command.pipe = command.pipe.and_then(|number| numbers.get(number).copied());
        }
    }
    if is_whole { Ok(all) } else { Err(all) }
}

/// Words that may appear where a command begins but are not commands.
const KEYWORDS: [&str; 16] = [
    "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "for", "case", "esac", "{", "}", "!",
    "function",
];

/// What encloses commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `if`, `while`, `for`: what they enclose may not run.
    Conditional,
    Case,
    Braces,
    Parentheses,
}

struct Group {
    kind: Kind,
    /// How many commands there were before it.
    first: usize,
    /// How many conditions there were around it.
    conditions: usize,
    /// Whether a shell of its own runs it.
    is_apart: bool,
    /// The function that it is the body of.
    function: Option<String>,
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    commands: Vec<Command>,
    current: Command,
    groups: Vec<Group>,
    conditions: Vec<usize>,
    /// How many conditions there were before the list of pipelines.
    of_list: usize,
    numbers: usize,
    pending: Vec<HereDocument>,
    /// The place of the first word of the pipeline.
    pipeline: Option<usize>,
    link: Link,
    /// The commands of a group that was just closed: redirections after it are theirs.
    closed: Option<Range<usize>>,
    /// The name of a function whose body follows.
    function: Option<String>,
    /// Whether patterns of a `case` are being read.
    is_pattern: bool,
    /// Whether the pipeline is preceded by `!`.
    is_denied: bool,
    /// Whether output of the pipeline's previous command is piped to what comes next.
    is_piped_to: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t Text) -> Self {
        Self {
            cursor: Cursor::new(text),
            commands: Vec::new(),
            current: Command::default(),
            groups: Vec::new(),
            conditions: Vec::new(),
            of_list: 0,
            numbers: 0,
            pending: Vec::new(),
            pipeline: None,
            link: Link::Next,
            closed: None,
            function: None,
            is_pattern: false,
            is_denied: false,
            is_piped_to: false,
        }
    }

    /// Whether it reached the end of the text and everything opened was closed.
    fn run(&mut self) -> bool {
        while let Some(character) = self.cursor.peek() {
            if self.commands.len() > MAX_COMMANDS || self.conditions.len().max(self.groups.len()) > MAX_DEPTH {
                return false;
            }
            match character {
                ' ' | '\t' | '\r' => self.cursor.skip(1),
                '\\' if self.cursor.rest().starts_with("\\\n") => self.cursor.skip(2),
                '\n' => {
                    self.cursor.skip(1);
                    self.end_list();
                    self.here_documents();
                }
                '#' => self.cursor.skip_to("\n", false),
                ';' => {
                    let ends_item = self.cursor.rest().starts_with(";;");
                    self.cursor.skip(if ends_item { 2 } else { 1 });
                    self.end_list();
                    self.end_item(ends_item);
                }
                '&' | '|' => self.connector(),
                '(' | ')' => self.parenthesis(character),
                '<' | '>' => self.redirection(None),
                _ => self.word_or_keyword(),
            }
        }
        self.end_list();
        self.groups.is_empty() && !self.is_pattern
    }

    fn connector(&mut self) {
        if self.cursor.rest().starts_with("&>") {
            self.cursor.skip(1);
            self.redirection(None);
        } else if self.cursor.eat("&&") {
            // The exit status of a group is that of its last command.
            let asked = if self.current.words.is_empty() { self.commands.last() } else { Some(&self.current) };
            let is_test = self.is_denied || !asked.is_some_and(Command::succeeds);
            self.finish();
            self.go_on(Link::And, is_test);
        } else if self.cursor.eat("||") {
            self.finish();
            self.go_on(Link::Or, true);
        } else if self.cursor.eat("|") {
            self.cursor.eat("&");
            if !self.is_pattern {
                self.pipe();
            }
        } else {
            self.cursor.skip(1);
            self.leave_behind();
            self.end_list();
        }
    }

    /// Nothing waits for the pipeline, or for the group that was closed.
    fn leave_behind(&mut self) {
        self.current.is_in_background = true;
        let closed = self.closed.clone().filter(|_| self.current.words.is_empty());
        let first = closed.map_or(self.commands.len(), |closed| closed.start);
        let pipeline = self.pipeline;
        for (number, command) in self.commands.iter_mut().enumerate() {
            command.is_in_background |= number >= first || pipeline.is_some() && pipeline == Some(command.start);
        }
    }

    /// What comes before, a command or a group, is piped to the next command.
    fn pipe(&mut self) {
        let closed = self.closed.clone().filter(|_| self.current.words.is_empty());
        let Some(closed) = closed else {
            self.current.pipe = Some(self.commands.len() + 1);
            self.current.is_apart = true;
            self.finish_command();
            self.is_piped_to = true;
            return;
        };
        let next = self.commands.len();
        for command in self.commands.get_mut(closed).into_iter().flatten() {
            command.is_apart = true;
            if command.is_silent() {
                command.pipe = Some(next);
            }
        }
        self.is_piped_to = true;
    }

    /// Starts the next pipeline of a list; under a condition if it does not always run when the previous one has.
    fn go_on(&mut self, link: Link, is_conditional: bool) {
        self.link = link;
        if is_conditional {
            self.new_condition();
        }
    }

    fn new_condition(&mut self) {
        self.numbers += 1;
        self.conditions.push(self.numbers);
    }

    fn end_list(&mut self) {
        self.finish();
        self.closed = None;
        self.link = Link::Next;
        self.conditions.truncate(self.of_list);
    }

    /// The end of an item of a `case`: patterns follow.
    fn end_item(&mut self, ends_item: bool) {
        if let Some(group) = self.groups.last().filter(|group| ends_item && group.kind == Kind::Case) {
            self.conditions.truncate(group.conditions);
            self.of_list = group.conditions;
            self.is_pattern = true;
        }
    }

    fn finish(&mut self) {
        self.is_denied = false;
        self.finish_command();
        self.pipeline = None;
        self.is_piped_to = false;
    }

    fn finish_command(&mut self) {
        let command = std::mem::take(&mut self.current);
        if command.words.is_empty() && command.stdout.is_none() {
            return;
        }
        let start = self.pipeline.unwrap_or_default();
        let function = self.groups.iter().rev().find_map(|group| group.function.clone());
        let is_apart = command.is_apart || self.is_piped_to || self.groups.iter().any(|group| group.is_apart);
        self.commands.push(Command {
            conditions: self.conditions.clone(),
            link: self.link,
            start,
            function,
            is_apart,
            ..command
        });
    }

    fn parenthesis(&mut self, character: char) {
        self.cursor.skip(1);
        if character == ')' {
            if self.is_pattern {
                self.current = Command::default();
                self.is_pattern = false;
                self.pipeline = None;
                self.new_condition();
                self.of_list = self.conditions.len();
                return;
            }
            self.finish();
            self.close(Kind::Parentheses);
            return;
        }
        if self.is_pattern {
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
        self.finish_command();
        self.open(Kind::Parentheses);
    }

    fn open(&mut self, kind: Kind) {
        let function = self.function.take();
        let is_apart = kind == Kind::Parentheses || std::mem::take(&mut self.is_piped_to);
        let group = Group { kind, first: self.commands.len(), conditions: self.of_list, is_apart, function };
        if group.function.is_some() {
            self.new_condition();
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

    /// A redirection, with or without the number of a file descriptor before it.
    fn redirection(&mut self, descriptor: Option<u32>) {
        let is_input = self.cursor.eat("<");
        if is_input && self.cursor.eat("<<") {
            let word = self.operand();
            self.current.stdin = word.map(|word| word.text);
        } else if is_input && self.cursor.eat("<") {
            let strips_tabs = self.cursor.eat("-");
            let Some(end) = self.operand() else { return };
            let pending = HereDocument { command: self.commands.len(), end, strips_tabs };
            self.pending.push(pending);
        } else if is_input {
            self.cursor.eat(">");
            self.cursor.eat("&");
            self.current.stdin_file = self.operand();
        } else {
            self.cursor.skip(1);
            let appends = self.cursor.eat(">");
            self.cursor.eat("|");
            let is_copy = self.cursor.eat("&");
            let Some(file) = self.operand() else { return };
            let number = file.text.as_str().trim_end_matches('-');
            let copied: Option<u32> = number.parse().ok().filter(|_| is_copy);
            match (descriptor.unwrap_or(1), copied) {
                // The descriptor is closed.
                _ if is_copy && number.is_empty() => {}
                (1, Some(copied)) => self.send_to_number(copied),
                (_, Some(_)) => {}
                (1, None) => self.send_to(&Output { file, appends }),
                (number, None) => self.open_as(number, Output { file, appends }),
            }
        }
    }

    /// Output goes to a descriptor number, or to its file if the command itself has opened one under it.
    fn send_to_number(&mut self, number: u32) {
        match self.current.opened.iter().find(|(opened, _)| *opened == number) {
            Some((_, output)) => self.current.stdout = Some(output.clone()),
            None => self.current.sent_to = Some(number).filter(|number| *number > 1),
        }
    }

    /// Opens a file under a number: for the command, or for those of a preceding group, some of which may send output
    /// there.
    fn open_as(&mut self, number: u32, output: Output) {
        let Some(closed) = self.closed.clone().filter(|_| self.current.words.is_empty()) else {
            return self.current.opened.push((number, output));
        };
        let group = self.commands.get_mut(closed).into_iter().flatten();
        for (at, command) in group.filter(|command| command.sent_to == Some(number)).enumerate() {
            let output = Output { appends: output.appends || at > 0, ..output.clone() };
            (command.stdout, command.sent_to) = (Some(output), None);
        }
    }

    /// Output goes to a file: that of the command, or that of a preceding group.
    fn send_to(&mut self, output: &Output) {
        let Some(closed) = self.closed.clone().filter(|_| self.current.words.is_empty()) else {
            self.current.stdout = Some(output.clone());
            return;
        };
        let group = self.commands.get_mut(closed).into_iter().flatten();
        for (number, command) in group.filter(|command| command.is_silent()).enumerate() {
            // The file is opened once for all of them.
            command.stdout = Some(Output { appends: output.appends || number > 0, ..output.clone() });
        }
    }

    /// The word after an operator.
    fn operand(&mut self) -> Option<Word> {
        while self.cursor.eat(" ") || self.cursor.eat("\t") || self.cursor.eat("\\\n") {}
        let before = self.cursor.rest().len();
        let word = self.cursor.word();
        (self.cursor.rest().len() < before).then_some(word)
    }

    fn word_or_keyword(&mut self) {
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
        if self.is_pattern {
            if text == "esac" {
                self.is_pattern = false;
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
            self.is_pattern = true;
            self.pipeline = None;
            return;
        }
        self.current.words.push(word);
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
                let end = self.cursor.rest().find([';', '\n']).unwrap_or(self.cursor.rest().len());
                self.cursor.skip(end);
            }
            "case" => {
                self.open(Kind::Case);
                self.current.words.push(Word { text: Text::of_source("case"), span: start..start, is_quoted: false });
            }
            "then" | "do" | "else" | "elif" => {
                if let Some(group) = self.groups.last() {
                    self.conditions.truncate(group.conditions);
                }
                self.new_condition();
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

    /// Reads the here-documents that were announced in the previous line.
    fn here_documents(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let body = self.cursor.here_document(&pending);
            if let Some(command) = self.commands.get_mut(pending.command) {
                command.stdin = Some(body);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{all_commands, commands};
    use crate::shell::{Command, Link, Text};

    fn read(text: &str) -> Vec<Command> {
        commands(&Text::of_source(text))
    }

    fn lines(text: &str) -> Vec<String> {
        read(text).iter().map(Command::line).collect()
    }

    #[test]
    fn commands_are_those_that_a_shell_runs() {
        let table: [(&str, &[&str]); 14] = [
            ("a b; c && d || e", &["a b", "c", "d", "e"]),
            ("a | b |& c &\nd", &["a", "b", "c", "d"]),
            ("a 'b ; c' \"d && e\" f\\ g", &["a b ; c d && e f g"]),
            ("# a\nb # c\nd#e", &["b", "d#e"]),
            ("a \\\n  b", &["a b"]),
            ("if a; then b; elif c; then d; else e; fi", &["a", "b", "c", "d", "e"]),
            ("for x in 1 2; do a $x; done", &["a $x"]),
            ("case $x in a|b) c ;; *) d ;; esac; e", &["c", "d", "e"]),
            ("f() { a; }\nfunction g { b; }\nf", &["a", "b", "f"]),
            ("a <<E b\nc; d\nE\ne", &["a b", "e"]),
            ("[[ a && b ]] && c", &["[[", "c"]),
            ("a \"$(b; c)\" `d; e` ${x:-f; g}", &["a $(b; c) `d; e` ${x:-f; g}"]),
            ("bash -c 'a; b' && c", &["bash -c a; b", "a", "b", "c"]),
            ("a 2>&1 >/dev/null <b", &["a"]),
        ];
        for (text, expected) in table {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_to_its_end_is_told() {
        let deep = "{ ".repeat(200);
        let table = [
            ("a; if b; then c; fi", true),
            ("case x in a) b ;; esac", true),
            ("if a; then b", false),
            ("case x in", false),
            (deep.as_str(), false),
        ];
        for (text, expected) in table {
            assert_eq!(all_commands(&Text::of_source(text)).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn what_may_not_run_is_under_a_condition() {
        let table = [
            ("a; last", true),
            ("a && last", true),
            ("b || a; last", false),
            ("[ -f x ] && a; last", false),
            ("[ -f x ] && a && last", true),
            ("if b; then a; fi; last", false),
            ("if b; then a; last; fi", true),
            ("if a; then b; fi; last", true),
            ("if b; then a; else last; fi", false),
            ("while b; do a; done; last", false),
            ("{ a; }; (last)", true),
        ];
        for (text, expected) in table {
            let all = read(text);
            let named = |name: &str| all.iter().find(|command| command.line() == name).unwrap();
            assert_eq!(named("a").is_certain_for(named("last")), expected, "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_source() {
        let text = "x && exec \"/bin/y\" 'z'\"w\" > \"$F\"";
        let all = read(text);
        let last = all.last().unwrap();
        assert_eq!((Some(last.start), last.link), (text.find("exec"), Link::And));
        assert_eq!(last.stdout.as_ref().and_then(|output| text.get(output.file.span.clone())), Some("\"$F\""));
        let zw = &last.words[2].text;
        assert_eq!(zw.place(1..2).and_then(|place| text.get(place)), Some("w"));
        assert_eq!((last.program(), last.arguments().count()), ("y", 1));
    }
}
