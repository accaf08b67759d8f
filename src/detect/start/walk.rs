//! Goes through the commands that a container runs in the order in which they run: through its shell texts, the functions
//! that they call, and the scripts in sight.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::ends::{Ends, Place, Region};
use super::values::Values;
use super::{Role, Step, is_exec, takes_over};
use crate::detect::recognise::Started;
use crate::rules::Start;
use crate::shell::{Command, Condition, Dialect, Text, Word, is_shell, launches, read_commands};
use crate::yaml::Node;

/// How deep scripts, texts and functions may call each other.
const MAX_DEPTH: usize = 8;
/// How many commands are followed; no real start script has as many.
const MAX_STEPS: usize = 5_000;
/// How many bytes of texts are read.
const MAX_BYTES: usize = 4 << 20;

/// Why what a command starts may not be seen.
const TOO_LONG: &str = "the command is too long or too intricate to be followed";
const OPEN: &str = "the command's shell text leaves something open, so that a shell does not run it to its end";

/// The words that a text gets as arguments; `None` if they are not known.
type Arguments = Option<Vec<Word>>;

pub(super) struct Walk<'a, 'd> {
    pub(super) started: &'a Started<'a, 'd>,
    pub(super) start: &'a Start,
    pub(super) steps: Vec<Step>,
    /// Why not everything could be read and followed to its end.
    pub(super) gap: Option<&'static str>,
    ends: Ends,
    /// What the shells that run set variables to, innermost last.
    values: Vec<Values>,
    /// How many commands have been followed.
    count: usize,
    /// How many bytes of texts have been read.
    bytes: usize,
    /// How many texts and calls have been followed, and other conditions found: numbers for the next ones.
    numbers: usize,
    /// The scripts in sight, by their paths.
    scripts: BTreeMap<String, Option<Rc<str>>>,
    /// The same as they were read.
    read: BTreeMap<(String, bool), Rc<ShellText>>,
    /// The scripts that are being followed.
    open: Vec<String>,
}

/// Commands that run one after another: those of a text, or of one of its functions.
struct Scope<'c> {
    text: &'c ShellText,
    function: Option<Called<'c>>,
    arguments: Arguments,
    /// The number of the text or the call.
    number: usize,
    around: Around,
}

/// What is around a text or a call.
struct Around {
    conditions: Vec<Condition>,
    regions: Vec<Region>,
    depth: usize,
    /// Whether nothing runs behind the shell that runs it.
    is_last: bool,
    /// Whether that shell ends when a command fails.
    is_strict: bool,
    is_in_background: bool,
}

/// A function that is called.
#[derive(Clone, Copy)]
struct Called<'c> {
    name: &'c str,
    /// Whether it is certain which of the bodies with its name runs.
    is_certain: bool,
}

/// A text as a shell reads it.
struct ShellText {
    commands: Vec<Command>,
    functions: BTreeSet<String>,
    /// Whether it asks to end when a command fails.
    is_strict: bool,
    gap: Option<&'static str>,
}

/// How a text runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As if it stood in place of the command: `eval`.
    InPlace,
    /// In the same shell, until it returns.
    Sourced,
    /// In a shell of its own.
    OwnShell,
}

/// A command that is followed.
#[derive(Clone, Copy)]
struct Here<'h, 'c> {
    scope: &'h Scope<'c>,
    command: &'h Command,
    place: &'h Place<'h>,
    called: Option<Called<'c>>,
    /// Whether the shell that runs it always ends with it.
    is_tail: bool,
}

impl<'a, 'd> Walk<'a, 'd> {
    pub(super) fn new(started: &'a Started<'a, 'd>, start: &'a Start) -> Self {
        Self {
            started,
            start,
            steps: Vec::new(),
            gap: None,
            ends: Ends::default(),
            values: vec![Values::default()],
            count: 0,
            bytes: 0,
            numbers: 0,
            scripts: BTreeMap::new(),
            read: BTreeMap::new(),
            open: Vec::new(),
        }
    }

    /// Follows the command of the container.
    pub(super) fn follow_container(&mut self) {
        let words = self.started.pod.container.command_parts().into_iter().filter_map(Node::text);
        let words = words.map(|word| Word::new(Text::of_source(word))).collect();
        let text = ShellText::of(vec![Command { words, ..Command::default() }], None);
        let around = Around {
            conditions: Vec::new(),
            regions: Vec::new(),
            depth: 0,
            is_last: true,
            is_strict: false,
            is_in_background: false,
        };
        self.follow(&Scope { text: &text, function: None, arguments: None, number: 0, around });
    }

    fn follow(&mut self, scope: &Scope<'_>) {
        let commands = &scope.text.commands;
        for (at, command) in commands.iter().enumerate().filter(|(_, command)| scope.holds(command)) {
            self.count += 1;
            if self.count > MAX_STEPS || scope.around.depth > MAX_DEPTH {
                self.gap = Some(TOO_LONG);
                return;
            }
            let place = scope.place(command);
            if self.ends.is_behind_one(&place) {
                continue;
            }
            let filled = self.filled(scope, command, &place);
            let is_at_end = at + 1 == commands.len() && scope.function.is_none() && command.conditions.is_empty();
            self.step(Here {
                scope,
                command: &filled,
                place: &place,
                called: scope.text.function(&filled),
                is_tail: is_at_end || is_exec(command),
            });
        }
    }

    fn step(&mut self, here: Here<'_, '_>) {
        let Here { command, place, .. } = here;
        if let Some(values) = self.values.last_mut() {
            values.follow(command, place);
        }
        if here.called.is_some() || command.may_start() {
            let conditions = self.ends.conditions(place);
            let before = self.steps.len();
            let is_followed = self.inside(here);
            let is_told = self.steps.iter().skip(before).any(|step| step.role != Role::Unknown);
            // What can be seen counts more than a name.
            let is_instead = |role| match role {
                Role::Unknown => true,
                Role::Reads => is_told && command.handed_to_shell().is_none(),
                Role::ReadsForTool | Role::LeadsToReading | Role::TakesFile | Role::Bypasses => false,
            };
            let found = self.role(command, &conditions).filter(|(role, _)| !is_followed || !is_instead(*role));
            if let Some((role, is_sure)) = found {
                let is_in_background = here.scope.around.is_in_background || command.is_in_background;
                let is_unseen = role == Role::Unknown && !is_followed && self.runs_unseen(command);
                let step = Step { command: command.clone(), role, is_sure, conditions, is_in_background, is_unseen };
                self.steps.insert(before, step);
            }
            if is_sourcing(command) && !is_followed {
                self.values.iter_mut().for_each(Values::forget);
            }
        }
        self.end(here);
    }

    /// Records what a command ends.
    fn end(&mut self, Here { scope, command, place, .. }: Here<'_, '_>) {
        let is_strict = scope.around.is_strict || scope.text.is_strict;
        let (regions, is_certain) = match command.program() {
            "return" => (&*place.regions, place.is_in_body()),
            "exit" => (place.shells(), true),
            _ if takes_over(command) => (place.shells(), true),
            _ if is_strict && !command.succeeds() => (place.shells(), false),
            _ => return,
        };
        let is_last = scope.around.is_last && command.shells.is_empty() && regions.len() == place.shells().len();
        let rest = (!is_last).then(|| Condition::alone(self.new_number()));
        self.ends.add(regions, place, is_certain, rest);
    }

    const fn new_number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// Follows the function, the text or the script in sight that a command runs; `false` if there is none.
    fn inside(&mut self, here: Here<'_, '_>) -> bool {
        let Here { scope, command, .. } = here;
        let program = command.program();
        if here.called.is_some() {
            self.call(here);
        } else if let Some(text) = command.text_to_run() {
            let text = self.text(&text, Dialect::Any);
            self.follow_text(here, &text, Kind::InPlace, scope.arguments.clone());
        } else if let Some((text, arguments)) = command.handed_with_arguments() {
            let dialect = Dialect::behind(command.words.iter().map(|word| word.text.as_str()));
            let text = self.text(text, dialect);
            self.follow_text(here, &text, Kind::OwnShell, Some(arguments.iter().skip(1).cloned().collect()));
        } else if let Some(text) = command.stdin.as_ref().filter(|_| is_shell(program)) {
            let text = self.text(text, Dialect::named(program));
            self.follow_text(here, &text, Kind::OwnShell, None);
        } else {
            let Some((path, arguments)) = self.script(command) else { return false };
            if self.open.contains(&path) {
                self.gap = Some(TOO_LONG);
                return true;
            }
            let before = command.words.iter().map(|word| word.text.as_str()).take_while(|word| !word.starts_with('/'));
            let text = self.script_text(&path, before.collect());
            self.open.push(path);
            let kind = if is_sourcing(command) { Kind::Sourced } else { Kind::OwnShell };
            self.follow_text(here, &text, kind, Some(arguments));
            self.open.pop();
        }
        true
    }

    fn call(&mut self, here: Here<'_, '_>) {
        let number = self.new_number();
        let mut around = here.around();
        around.regions.push(Region { scope: number, number: 0, is_shell: false });
        let arguments = Some(here.command.arguments().cloned().collect());
        let scope = Scope { text: here.scope.text, function: here.called, arguments, number, around };
        let arguments = scope.arguments.clone().filter(|_| !scope.changes_arguments());
        self.follow(&Scope { arguments, ..scope });
        self.ends.leave_scope(number);
    }

    fn follow_text(&mut self, here: Here<'_, '_>, text: &ShellText, kind: Kind, arguments: Arguments) {
        self.gap = self.gap.or(text.gap);
        let number = self.new_number();
        let mut around = here.around();
        let is_shell = kind == Kind::OwnShell;
        if is_shell {
            around.is_last &= here.is_tail;
            around.is_strict = is_strict(here.command);
            self.values.push(Values::default());
        }
        if kind != Kind::InPlace {
            around.regions.push(Region { scope: number, number: 0, is_shell });
        }
        let scope = Scope { text, function: None, arguments, number, around };
        let arguments = scope.arguments.clone().filter(|_| !scope.changes_arguments());
        self.follow(&Scope { arguments, ..scope });
        if is_shell {
            self.values.pop();
        }
        self.ends.leave_scope(number);
    }

    fn text(&mut self, text: &Text, dialect: Dialect) -> ShellText {
        self.bytes += text.as_str().len();
        if self.bytes > MAX_BYTES {
            return ShellText::of(Vec::new(), Some(TOO_LONG));
        }
        let reading = read_commands(text, dialect);
        let gap = if reading.is_open { OPEN } else { TOO_LONG };
        let mut commands = reading.commands;
        commands.truncate(reading.sound);
        ShellText::of(commands, (!reading.is_whole).then_some(gap))
    }

    /// The script at a path, as the shell behind some words reads it.
    fn script_text(&mut self, path: &str, words_before: Vec<&str>) -> Rc<ShellText> {
        let text = self.scripts.get(path).cloned().flatten().unwrap_or_default();
        let dialect = Dialect::of_script(&text, words_before.into_iter());
        let key = (path.to_owned(), dialect == Dialect::Bash);
        if let Some(read) = self.read.get(&key) {
            return Rc::clone(read);
        }
        let mut read = self.text(&Text::of_source(&text), dialect);
        let first = text.lines().next().filter(|line| line.starts_with("#!"));
        read.is_strict |= first.is_some_and(|line| line.contains(" -e"));
        let read = Rc::new(read);
        self.read.insert(key, Rc::clone(&read));
        read
    }

    /// The path of the script in sight that a command runs, and its arguments.
    fn script(&mut self, command: &Command) -> Option<(String, Vec<Word>)> {
        let words = command.program_words();
        let is_launched = words.first().is_some_and(|word| launches(word.text.as_str()));
        let count = if is_launched { words.len() } else { 1 };
        words.iter().take(count).enumerate().find_map(|(at, word)| {
            let path = word.text.as_str();
            (path.starts_with('/') && self.is_in_sight(path))
                .then(|| (path.to_owned(), words.iter().skip(at + 1).cloned().collect()))
        })
    }

    /// Whether a command runs a script that lies in a volume whose content is not in sight.
    fn runs_unseen(&self, command: &Command) -> bool {
        let words = command.program_words().iter().map(|word| word.text.as_str());
        let mut programs = words.skip_while(|word| launches(word) || word.starts_with('-'));
        let pod = self.started.pod;
        programs.next().filter(|program| program.starts_with('/')).is_some_and(|program| {
            pod.mounted_file(self.started.objects, program).is_some_and(|file| file.text().is_none())
        })
    }

    fn is_in_sight(&mut self, path: &str) -> bool {
        if let Some(known) = self.scripts.get(path) {
            return known.is_some();
        }
        let file = self.started.pod.mounted_file(self.started.objects, path);
        let text: Option<Rc<str>> = file.and_then(|file| file.text()).map(Rc::from);
        let is_there = text.is_some();
        self.scripts.insert(path.to_owned(), text);
        is_there
    }

    /// A command with words filled in: the arguments of its text, and what the text sets variables to.
    fn filled<'c>(&self, scope: &Scope<'_>, command: &'c Command, place: &Place<'_>) -> Cow<'c, Command> {
        if !command.words.iter().any(|word| word.text.as_str().starts_with('$')) {
            return Cow::Borrowed(command);
        }
        let filled = |word: &Word| match (word.text.as_str(), &scope.arguments, self.values.last()) {
            ("$@" | "$*" | "${@}" | "${*}", Some(arguments), _) => arguments.clone(),
            (text, _, Some(values)) if text.starts_with('$') => values.words(word, place),
            _ => vec![word.clone()],
        };
        let words = command.words.iter().flat_map(filled).collect();
        Cow::Owned(Command { words, ..command.clone() })
    }
}

impl Here<'_, '_> {
    /// What is around the text or the function that the command runs.
    fn around(self) -> Around {
        let Self { scope, command, place, .. } = self;
        Around {
            conditions: place.conditions.clone().into_owned(),
            regions: place.regions.clone().into_owned(),
            depth: scope.around.depth + 1,
            is_last: scope.around.is_last && command.shells.is_empty(),
            is_strict: scope.around.is_strict || scope.text.is_strict,
            is_in_background: scope.around.is_in_background || command.is_in_background,
        }
    }
}

impl Scope<'_> {
    /// Whether a command of the text is among those that run here.
    fn holds(&self, command: &Command) -> bool {
        command.outer.is_none() && command.function.as_deref() == self.function.map(|function| function.name)
    }

    fn place(&self, command: &Command) -> Place<'_> {
        // A function is under a condition of its own.
        let is_body = self.function.is_some_and(|function| function.is_certain);
        let outside = if is_body { command.conditions_of_function() } else { 0 };
        let own = command.conditions.iter().skip(outside).map(|condition| condition.in_text(self.number));
        let own_shells =
            command.shells.iter().map(|shell| Region { scope: self.number, number: *shell, is_shell: true });
        Place { conditions: with(&self.around.conditions, own), regions: with(&self.around.regions, own_shells) }
    }

    /// Whether one of its commands changes the arguments.
    fn changes_arguments(&self) -> bool {
        let is_option = |word: &Word| word.text.as_str().starts_with(['-', '+']) && word.text.as_str() != "--";
        self.text.commands.iter().filter(|command| self.holds(command)).any(|command| match command.program() {
            "shift" => true,
            "set" => command.arguments().next().is_some_and(|word| !is_option(word)),
            _ => false,
        })
    }
}

/// Something with more behind it.
fn with<T: Clone>(around: &[T], own: impl ExactSizeIterator<Item = T>) -> Cow<'_, [T]> {
    if own.len() == 0 { Cow::Borrowed(around) } else { around.iter().cloned().chain(own).collect() }
}

impl ShellText {
    fn of(commands: Vec<Command>, gap: Option<&'static str>) -> Self {
        let functions = commands.iter().filter_map(|command| command.function.clone()).collect();
        let is_strict = commands.iter().any(|command| command.program() == "set" && is_strict(command));
        Self { commands, functions, is_strict, gap }
    }

    /// The function of the text that a command calls.
    fn function<'c>(&'c self, command: &Command) -> Option<Called<'c>> {
        let name = self.functions.get(command.program_words().first()?.text.as_str())?;
        if command.words_in_front().any(|word| !word.text.as_str().contains('=') && word.text.as_str() != "time") {
            return None;
        }
        let is_part = |one: &&Command| one.outer.is_none() && one.function.as_deref() == Some(name);
        let parts = self.commands.iter().filter(is_part);
        let mut bodies = parts.filter_map(|one| one.conditions.get(..one.conditions_of_function()));
        let body = bodies.next()?;
        let (_, around) = body.split_last()?;
        let is_one = bodies.all(|other| other == body);
        Some(Called { name, is_certain: is_one && command.conditions.starts_with(around) })
    }
}

/// Whether the shell of a command, or the shell that runs it, is told to end when a command fails.
fn is_strict(command: &Command) -> bool {
    let options = command.words.iter().map(|word| word.text.as_str()).filter(|word| !word.contains(' '));
    let mut options = options.skip(1);
    options.any(|word| word == "errexit" || word.starts_with('-') && !word.starts_with("--") && word.contains('e'))
}

/// Whether a command runs a script in the same shell.
fn is_sourcing(command: &Command) -> bool {
    matches!(command.program(), "." | "source")
}
