//! Reads the commands of a shell text, in order, with what connects them.

mod groups;
mod redirect;

use std::ops::Range;

use super::command::{Command, Condition, Link};
use super::words::{Cursor, HereDocument};
use super::{Dialect, Text};
use groups::{Group, Kind};

/// How deep texts passed to shells may nest.
const MAX_NESTING: usize = 4;
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
    read(text, dialect, 0).commands
}

/// The same for a text that can be read to its end; `None` if it is too long, nested too deep or not closed.
#[must_use]
pub fn all_commands(text: &Text) -> Option<Vec<Command>> {
    let reading = read(text, Dialect::Any, 0);
    reading.is_whole.then_some(reading.commands)
}

/// The commands of a text.
pub struct Reading {
    /// Those that could be read.
    pub commands: Vec<Command>,
    /// How many of them are in the lines before the first one that could not be read to its end: a shell runs nothing of
    /// that one.
    pub sound: usize,
    /// Whether the text could be read to its end.
    pub is_whole: bool,
    /// Whether something in it is not closed.
    pub is_open: bool,
}

/// The commands of a text that a shell reads, and whether these are all of them.
#[must_use]
pub fn read_commands(text: &Text, dialect: Dialect) -> Reading {
    read(text, dialect, 0)
}

/// All commands, or those of the part that could be read.
fn read(text: &Text, dialect: Dialect, nesting: usize) -> Reading {
    let mut reader = Reader::new(text);
    let mut is_whole = reader.run();
    let (sound, is_open) = (reader.sound, !reader.is_closed());
    let (mut all, mut numbers): (Vec<Command>, Vec<usize>) = (Vec::new(), Vec::new());
    for command in reader.commands {
        let number = all.len();
        numbers.push(number);
        let inner = (nesting < MAX_NESTING).then(|| command.handed_to_shell()).flatten();
        let of_inner = Dialect::behind(command.words.iter().map(|word| word.text.as_str()));
        let inner = inner.map(|text| read(text, of_inner, nesting + 1));
        is_whole &= inner.as_ref().is_none_or(|inner| inner.is_whole);
        let (conditions, function) = (command.conditions.clone(), command.function.clone());
        all.push(Command { dialect, ..command });
        let first = all.len();
        let inner = inner.map(|inner| inner.commands).unwrap_or_default();
        all.extend(inner.into_iter().map(|inner| Command {
            conditions:
                conditions.iter().copied().chain(inner.conditions.iter().map(|one| one.behind(first))).collect(),
            function: inner.function.clone().or_else(|| function.clone()),
            pipe: inner.pipe.map(|number| number + first),
            outer: Some(inner.outer.map_or(number, |outer| outer + first)),
            ..inner
        }));
    }
    for at in &numbers {
        if let Some(command) = all.get_mut(*at) {
            command.pipe = command.pipe.and_then(|number| numbers.get(number).copied());
        }
    }
    let sound = numbers.get(sound).copied().unwrap_or(all.len());
    Reading { commands: all, sound, is_whole, is_open }
}

/// What has to come next in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Anything,
    /// Patterns of a `case`.
    Pattern,
    /// The next command of a list, in this line or in a later one.
    OfList,
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    commands: Vec<Command>,
    current: Command,
    groups: Vec<Group>,
    conditions: Vec<Condition>,
    /// How many conditions there were before the list of pipelines.
    of_list: usize,
    numbers: usize,
    /// How many commands are in lines that are complete, with nothing left open.
    sound: usize,
    pending: Vec<HereDocument>,
    /// The place of the first word of the pipeline.
    pipeline: Option<usize>,
    link: Link,
    /// The commands of a group that was just closed: redirections after it are theirs.
    closed: Option<Range<usize>>,
    /// The name of a function whose body follows.
    function: Option<String>,
    /// What has to come next.
    next: Next,
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
            sound: 0,
            pending: Vec::new(),
            pipeline: None,
            link: Link::Next,
            closed: None,
            function: None,
            next: Next::Anything,
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
            if self.next == Next::OfList && !matches!(character, ' ' | '\t' | '\r' | '\n' | '\\' | '#') {
                self.next = Next::Anything;
            }
            match character {
                ' ' | '\t' | '\r' => self.cursor.skip(1),
                '\\' if self.cursor.rest().starts_with("\\\n") => self.cursor.skip(2),
                '\n' => {
                    self.cursor.skip(1);
                    // A list goes on behind `&&`, `||` and `|`.
                    if self.next != Next::OfList {
                        self.end_list();
                    }
                    self.here_documents();
                    self.end_line();
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
        self.end_line();
        self.is_closed()
    }

    fn is_pattern(&self) -> bool {
        self.next == Next::Pattern
    }

    fn end_line(&mut self) {
        if self.is_closed() {
            self.sound = self.commands.len();
        }
    }

    /// Whether everything that was opened was closed.
    const fn is_closed(&self) -> bool {
        self.groups.is_empty() && matches!(self.next, Next::Anything) && !self.cursor.is_open()
    }

    fn connector(&mut self) {
        if self.cursor.rest().starts_with("&>") {
            self.cursor.skip(1);
            return self.redirection(None);
        }
        if !self.is_pattern() {
            self.next = Next::OfList;
        }
        if self.cursor.eat("&&") {
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
            if !self.is_pattern() {
                self.pipe();
            }
        } else {
            self.next = Next::Anything;
            self.cursor.skip(1);
            self.leave_behind();
            self.end_list();
        }
    }

    /// Nothing waits for the pipeline, or for the group that was closed: a shell of its own runs it.
    fn leave_behind(&mut self) {
        self.current.is_in_background = true;
        let closed = self.closed.clone().filter(|_| self.current.words.is_empty());
        let first = closed.as_ref().map_or(self.commands.len(), |closed| closed.start);
        let pipeline = self.pipeline;
        for (number, command) in self.commands.iter_mut().enumerate() {
            command.is_in_background |= number >= first || pipeline.is_some() && pipeline == Some(command.start);
        }
        if let Some(closed) = closed {
            self.set_apart(closed);
        }
    }

    /// A shell of its own runs the commands of a group that was closed.
    fn set_apart(&mut self, closed: Range<usize>) {
        let around = self.groups_of_function().filter(|group| group.shell.is_some()).count();
        let shell = self.new_number();
        let function = self.groups.iter().rev().find_map(|group| group.function.as_ref());
        for command in self.commands.get_mut(closed).into_iter().flatten() {
            // Those of a function that it only defines are run where that is called.
            if command.function.as_ref() == function && command.shells.len() >= around {
                command.shells.insert(around, shell);
            }
        }
    }

    /// The groups that are open, from the body of the innermost function on.
    fn groups_of_function(&self) -> impl Iterator<Item = &Group> {
        let body = self.groups.iter().rposition(|group| group.function.is_some()).unwrap_or_default();
        self.groups.iter().skip(body)
    }

    /// What comes before, a command or a group, is piped to the next command.
    fn pipe(&mut self) {
        let closed = self.closed.clone().filter(|_| self.current.words.is_empty());
        let Some(closed) = closed else {
            self.current.pipe = Some(self.commands.len() + 1);
            let shell = self.new_number();
            self.finish_command(Some(shell));
            self.is_piped_to = true;
            return;
        };
        let next = self.commands.len();
        for command in self.commands.get_mut(closed.clone()).into_iter().flatten() {
            if command.is_silent() {
                command.pipe = Some(next);
            }
        }
        self.set_apart(closed);
        self.is_piped_to = true;
    }

    /// Starts the next pipeline of a list; under a condition if it does not always run when the previous one has.
    fn go_on(&mut self, link: Link, is_conditional: bool) {
        // `a || b && c`: `c` runs without `b` as well.
        let is_other = self.link != Link::Next && self.link != link;
        if is_other {
            self.conditions.truncate(self.of_list);
        }
        self.link = link;
        if is_conditional || is_other {
            self.new_condition();
        }
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
            self.next = Next::Pattern;
        }
    }

    fn finish(&mut self) {
        self.is_denied = false;
        let is_apart = self.is_piped_to || self.current.is_in_background;
        let shell = is_apart.then(|| self.new_number());
        self.finish_command(shell);
        self.pipeline = None;
        self.is_piped_to = false;
    }

    /// `shell`: the number of the one that runs it alone.
    fn finish_command(&mut self, shell: Option<usize>) {
        let command = std::mem::take(&mut self.current);
        if command.words.is_empty() && command.stdout.is_none() {
            return;
        }
        let start = self.pipeline.unwrap_or_default();
        let function = self.groups.iter().rev().find_map(|group| group.function.clone());
        let shells = self.groups_of_function().filter_map(|group| group.shell).chain(shell).collect();
        let conditions = self.conditions.clone();
        self.commands.push(Command { conditions, link: self.link, start, function, shells, ..command });
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
            ("if b; then c; elif a; then last; fi", true),
            ("c || a && last", false),
            ("b && a || last", false),
            ("b || a || last", true),
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
    fn of_several_branches_one_runs_at_most() {
        let table = [
            ("if b; then a; else last; fi", true),
            ("if b; then a; elif c; then d; else last; fi", true),
            ("case $b in x) a ;; y) c && last ;; esac", true),
            ("if b; then a; fi; if c; then last; fi", false),
            ("if b; then a; last; fi", false),
            ("if b; then c; elif a; then last; fi", false),
            ("b && a; c && last", false),
            ("a; last", false),
        ];
        for (text, expected) in table {
            let all = read(text);
            let named = |name: &str| all.iter().find(|command| command.line() == name).unwrap();
            assert_eq!(named("a").excludes(named("last")), expected, "{text}");
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
