//! What the command of a container starts, as far as its shell texts and the scripts in sight can be followed. Words that
//! are only mentioned (listed, tested, printed, written into a file) start nothing.

use super::idle;
use super::recognise::{Started, find_phrase, holds_phrase};
use crate::rules::Start;
use crate::shell::{Command, Condition, Dialect, Files, Text, Word, is_shell, launches, read_commands};
use crate::unix_path::base_name;
use crate::yaml::Node;

/// How deep scripts, texts and functions may call each other.
const MAX_DEPTH: usize = 8;
/// How many commands are followed; no real start script has as many.
const MAX_STEPS: usize = 5_000;

/// What a command starts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Starts {
    /// A server, behind the script that reads the settings.
    Reading,
    /// A server with a file, past that script.
    WithFile,
    /// A server past whatever reads the settings.
    Bypassing,
    /// A tool, behind the script that reads the settings.
    Nothing,
    /// Nothing that is known.
    Unseen,
    /// One or the other; why that cannot be told.
    Unclear(String),
}

/// What a command does about a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It has the settings read, and starts a server or leaves that to others.
    Reads,
    /// It has the settings read, and runs a tool.
    ReadsForTool,
    /// It is what has to run before a script that reads the settings only then.
    LeadsToReading,
    /// It starts a server with a file.
    TakesFile,
    /// It starts a server past whatever reads the settings.
    Bypasses,
    /// It may start anything.
    Unknown,
}

/// A command that matters, with all conditions around it.
struct Step {
    command: Command,
    role: Role,
    /// Whether the program itself is known to do so, and not one that only gets its name.
    is_sure: bool,
}

/// The words that a text gets as arguments; `None` if they are not known.
type Arguments = Option<Vec<Word>>;

/// Commands that run one after another: those of a text, or of one of its functions.
struct Scope<'c> {
    commands: &'c [Command],
    function: Option<&'c str>,
    arguments: Arguments,
    /// The conditions around the text or the call.
    around: Vec<Condition>,
    depth: usize,
}

/// Whether what follows a command in its text still runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Runs,
    Never,
}

struct Walk<'a, 'd> {
    started: &'a Started<'a, 'd>,
    start: &'a Start,
    steps: Vec<Step>,
    /// How many commands have been followed.
    count: usize,
    /// Whether everything could be read and followed to its end.
    is_whole: bool,
}

/// What the command of a container starts, judged by the phrases of its flavor.
pub(super) fn starts(started: &Started<'_, '_>, start: &Start) -> Starts {
    let mut walk = Walk { started, start, steps: Vec::new(), count: 0, is_whole: true };
    let words = started.pod.container.command_parts().into_iter().filter_map(Node::text);
    let words = words.map(|word| Word::new(Text::of_source(word))).collect();
    let command = [Command { words, ..Command::default() }];
    walk.follow(&Scope { commands: &command, function: None, arguments: None, around: Vec::new(), depth: 0 });
    walk.judged()
}

impl Walk<'_, '_> {
    fn follow(&mut self, scope: &Scope<'_>) -> Rest {
        let is_part = |command: &Command| command.outer.is_none() && command.function.as_deref() == scope.function;
        let of_scope = || scope.commands.iter().enumerate().filter(|(_, command)| is_part(command));
        // A function is under a condition of its own.
        let outside = of_scope().map(|(_, command)| command.conditions.len()).min().unwrap_or_default();
        let outside = if scope.function.is_some() { outside } else { 0 };
        for (number, command) in of_scope() {
            self.count += 1;
            if self.count > MAX_STEPS || scope.depth > MAX_DEPTH {
                self.is_whole = false;
                return Rest::Never;
            }
            let rest = match filled(scope, number, command, outside) {
                Some(command) => self.step(scope, &command),
                None => self.step(scope, command),
            };
            if rest == Rest::Never {
                return Rest::Never;
            }
        }
        Rest::Runs
    }

    fn step(&mut self, scope: &Scope<'_>, command: &Command) -> Rest {
        let is_certain = command.conditions.len() == scope.around.len() && command.is_of_text();
        let before = self.steps.len();
        let (inner, found) = if is_of_function(scope, command) || command.may_start() {
            (self.inside(scope, command), self.role(command))
        } else {
            (None, None)
        };
        let is_told = self.steps.iter().skip(before).any(|step| step.role != Role::Unknown);
        match found {
            // What can be seen counts more than a name.
            Some((Role::Unknown, _)) if inner.is_some() => {}
            Some((Role::Reads, _)) if inner.is_some() && is_told && command.handed_to_shell().is_none() => {}
            Some((role, is_sure)) => self.steps.insert(before, Step { command: command.clone(), role, is_sure }),
            None => {}
        }
        let is_end = is_exec(command) || command.program() == "exit" || inner == Some(Rest::Never);
        if is_end && is_certain { Rest::Never } else { Rest::Runs }
    }

    /// Follows the function, the text or the script in sight that a command runs; `None` if there is none. Whether the
    /// text around it ends with it.
    fn inside(&mut self, scope: &Scope<'_>, command: &Command) -> Option<Rest> {
        let (around, depth) = (command.conditions.clone(), scope.depth + 1);
        let program = command.program();
        if is_of_function(scope, command) {
            let arguments = Some(command.arguments().cloned().collect());
            return Some(self.follow(&Scope {
                commands: scope.commands,
                function: Some(program),
                arguments,
                around,
                depth,
            }));
        }
        let texts = Scope { commands: &[], function: None, arguments: None, around, depth };
        if let Some(text) = command.text_to_run() {
            return Some(self.text(&text, Dialect::Any, Scope { arguments: scope.arguments.clone(), ..texts }));
        }
        if let Some((text, arguments)) = command.handed_with_arguments() {
            let dialect = Dialect::behind(command.words.iter().map(|word| word.text.as_str()));
            let arguments = Some(arguments.iter().skip(1).cloned().collect());
            self.text(text, dialect, Scope { arguments, ..texts });
            return Some(Rest::Runs);
        }
        if is_shell(program)
            && let Some(text) = &command.stdin
        {
            self.text(text, Dialect::named(program), texts);
            return Some(Rest::Runs);
        }
        let (text, arguments) = self.script(command)?;
        let before = command.words.iter().map(|word| word.text.as_str()).take_while(|word| !word.starts_with('/'));
        let dialect = Dialect::of_script(&text, before.collect::<Vec<_>>().into_iter());
        let rest = self.text(&Text::of_source(&text), dialect, Scope { arguments: Some(arguments), ..texts });
        let is_same_shell = matches!(program, "." | "source");
        Some(if is_same_shell { rest } else { Rest::Runs })
    }

    fn text(&mut self, text: &Text, dialect: Dialect, scope: Scope<'_>) -> Rest {
        let reading = read_commands(text, dialect);
        self.is_whole &= reading.is_whole;
        let is_option = |word: &Word| word.text.as_str().starts_with(['-', '+']) && word.text.as_str() != "--";
        let changes = |command: &Command| match command.program() {
            "shift" => true,
            "set" => command.arguments().next().is_some_and(|word| !is_option(word)),
            _ => false,
        };
        let arguments = scope.arguments.filter(|_| !reading.commands.iter().any(changes));
        self.follow(&Scope { commands: &reading.commands, arguments, ..scope })
    }

    /// The text of the script in sight that a command runs, and its arguments.
    fn script(&self, command: &Command) -> Option<(String, Vec<Word>)> {
        let words = command.program_words();
        let is_launched = words.first().is_some_and(|word| launches(word.text.as_str()));
        let count = if is_launched { words.len() } else { 1 };
        words.iter().take(count).enumerate().find_map(|(at, word)| {
            let path = word.text.as_str();
            let file = path.starts_with('/').then(|| self.started.pod.mounted_file(self.started.objects, path))??;
            Some((file.text()?, words.iter().skip(at + 1).cloned().collect()))
        })
    }

    /// What a command does about a server, and whether its program is known to do so.
    fn role(&self, command: &Command) -> Option<(Role, bool)> {
        // Words with blanks are messages, or texts that are followed.
        let word =
            |word: &Word| if word.text.as_str().contains([' ', '\n']) { "_" } else { word.text.as_str() }.to_owned();
        let line = command.program_words().iter().map(word).collect::<Vec<_>>().join(" ");
        let start = self.start;
        let holds = |phrases: &[String]| phrases.iter().any(|phrase| holds_phrase(&line, phrase));
        if let Some(place) = first(&line, &start.reads_settings) {
            let through = &start.reads_settings_through;
            let leads = |step: &Step| {
                matches!(step.role, Role::LeadsToReading | Role::Reads) && step.command.is_certain_for(command)
            };
            if through.is_empty() || holds(through) || self.steps.iter().any(leads) {
                let role = if self.runs_tool(&line, place) { Role::ReadsForTool } else { Role::Reads };
                return Some((role, self.is_sure(&line, place)));
            }
        }
        let others = [(&start.reads_file, Role::TakesFile), (&start.bypasses_settings, Role::Bypasses)];
        let found = others.into_iter().find_map(|(phrases, role)| Some((role, first(&line, phrases)?)));
        if let Some((role, place)) = found {
            return Some((role, self.is_sure(&line, place)));
        }
        if holds(&start.reads_settings_through) {
            return Some((Role::LeadsToReading, true));
        }
        let is_idle =
            idle::is_phrase(command, &start.serves_nothing) || matches!(command.program(), "." | "source" | "eval");
        (!is_idle).then_some((Role::Unknown, true))
    }

    /// Whether the program at the beginning of a line runs what stands at a place.
    fn is_sure(&self, line: &str, place: usize) -> bool {
        let before = line.get(..place).unwrap_or_default();
        let Some((program, _)) = before.split_once(' ') else { return true };
        let start = self.start;
        let own = || start.scripts.iter().chain(&start.reads_settings).chain(&start.reads_settings_through);
        program.starts_with('-') || launches(program) || own().any(|script| holds_phrase(program, script))
    }

    /// Whether the image's script at a place of a line gets arguments that serve nothing.
    fn runs_tool(&self, line: &str, place: usize) -> bool {
        let mut words = line.get(place..).unwrap_or_default().split(' ');
        let Some(script) = words.next() else { return false };
        let words: Vec<&str> = words.collect();
        let is_own = self.start.scripts.iter().any(|own| base_name(own) == base_name(script));
        is_own && !words.contains(&"_") && idle::run_nothing(&words, &self.start.serves_nothing, true)
    }

    fn judged(&self) -> Starts {
        let reads = |step: &&Step| matches!(step.role, Role::Reads | Role::ReadsForTool);
        if !self.steps.iter().any(|step| reads(&step)) {
            return self.without_reading();
        }
        for (number, step) in self.steps.iter().enumerate() {
            let past = match step.role {
                Role::TakesFile => Starts::WithFile,
                Role::Bypasses => Starts::Bypassing,
                Role::Reads | Role::ReadsForTool | Role::LeadsToReading | Role::Unknown => continue,
            };
            let before = || self.steps.iter().take(number).filter(reads);
            if before().any(|read| read.is_sure && read.comes_before(step)) {
                continue;
            }
            let is_first = before().next().is_none() && step.is_sure && step.is_certain();
            return if is_first { past } else { unclear() };
        }
        if !self.is_whole && !self.steps.iter().any(|step| reads(&step) && step.is_sure && step.is_certain()) {
            return Starts::Unclear("the command is too long or too intricate to be followed".to_owned());
        }
        if let Some(other) = self.other_than(|role| matches!(role, Role::Reads | Role::ReadsForTool)) {
            return Starts::Unclear(other);
        }
        let is_served = |step: &Step| matches!(step.role, Role::Reads | Role::TakesFile | Role::Bypasses);
        match self.steps.iter().any(is_served) {
            true => Starts::Reading,
            false if self.steps.iter().any(|step| step.role == Role::Unknown) => Starts::Unseen,
            false => Starts::Nothing,
        }
    }

    fn without_reading(&self) -> Starts {
        let has = |role: Role| self.steps.iter().any(|step| step.role == role);
        match (has(Role::TakesFile), has(Role::Bypasses)) {
            (false, false) => Starts::Unseen,
            (_, true) => Starts::Bypassing,
            (true, false) => self.other_than(|role| role == Role::TakesFile).map_or(Starts::WithFile, Starts::Unclear),
        }
    }

    /// Why an unknown program may run in place of those with a role.
    fn other_than(&self, is_meant: impl Fn(Role) -> bool) -> Option<String> {
        let meant = || self.steps.iter().enumerate().filter(|(_, step)| is_meant(step.role));
        let last = meant().last()?.0;
        let is_certain = meant().any(|(_, step)| step.is_sure && step.command.conditions.is_empty());
        let others = self.steps.iter().enumerate().filter(|(_, step)| step.role == Role::Unknown);
        others.into_iter().find_map(|(number, other)| {
            let is_behind = meant().any(|(at, step)| at < number && step.is_sure && step.comes_before(other));
            if is_behind {
                return None;
            }
            let program = other.command.program();
            let is_in_place = |step: &Step| other.command.excludes(&step.command);
            let is_in_place = number > last || meant().any(|(_, step)| is_in_place(step));
            (is_exec(&other.command) || !is_certain && is_in_place)
                .then(|| format!("the command may run {program} instead, and what that starts is not known"))
        })
    }
}

impl Step {
    /// Whether nothing decides whether it runs.
    fn is_certain(&self) -> bool {
        self.command.conditions.is_empty() && !self.command.is_in_background
    }

    /// Whether it has run if a later one runs.
    fn comes_before(&self, later: &Self) -> bool {
        !self.command.is_in_background && self.command.is_certain_for(&later.command)
    }
}

/// The first place in a line of one of the phrases.
fn first(line: &str, phrases: &[String]) -> Option<usize> {
    phrases.iter().filter_map(|phrase| find_phrase(line, phrase)).min()
}

/// Whether a command calls a function of its text.
fn is_of_function(scope: &Scope<'_>, command: &Command) -> bool {
    let mut functions = scope.commands.iter().filter_map(|one| one.function.as_deref()).peekable();
    functions.peek().is_some() && functions.any(|function| function == command.program())
}

/// Whether a program takes the place of the shell.
fn is_exec(command: &Command) -> bool {
    let is_handed_on = !command.program_words().is_empty() && command.is_of_text();
    is_handed_on && command.words_in_front().any(|word| word.text.as_str() == "exec")
}

fn unclear() -> Starts {
    Starts::Unclear(
        "it depends on a condition whether the server is started by the script that reads the settings".to_owned(),
    )
}

/// A command with the conditions around its text in place of the outermost of its own, and with words filled in; `None`
/// if that changes nothing.
fn filled(scope: &Scope<'_>, number: usize, command: &Command, outside: usize) -> Option<Command> {
    let is_filled = command.words.iter().any(|word| word.text.as_str().starts_with('$'));
    if !is_filled && outside == 0 && scope.around.is_empty() {
        return None;
    }
    let own = command.conditions.iter().skip(outside);
    let conditions = scope.around.iter().chain(own).copied().collect();
    let words = if is_filled { words(scope, number, command) } else { command.words.clone() };
    Some(Command { words, conditions, ..command.clone() })
}

/// The words of a command, with the arguments of its text and what the text sets variables to.
fn words(scope: &Scope<'_>, number: usize, command: &Command) -> Vec<Word> {
    let files = Files::before(scope.commands, number, &|_| None);
    let filled = |word: &Word| match (word.text.as_str(), &scope.arguments) {
        ("$@" | "$*" | "${@}" | "${*}", Some(arguments)) => arguments.clone(),
        (text, _) if text.starts_with('$') => {
            let expanded = files.expanded(text);
            expanded.split_whitespace().map(|word| Word::new(Text::of_source(word))).collect()
        }
        _ => vec![word.clone()],
    };
    command.words.iter().flat_map(filled).collect()
}
