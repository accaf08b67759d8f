//! What the command of a container starts, as far as its shell texts and the scripts in sight can be followed. Words that
//! are only mentioned (listed, tested, printed, written into a file) start nothing.

mod ends;
mod values;
mod walk;

use super::idle;
use super::recognise::{Started, find_phrase, holds_phrase};
use crate::rules::Start;
use crate::shell::{Command, Condition, Word, launches, shown};
use crate::unix_path::base_name;
use walk::Walk;

/// What a command runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// A server, behind the script that reads the settings.
    Settings,
    /// A server with a file that is mounted or part of the image, past that script.
    File,
    /// A server past whatever reads the settings, with a file that cannot be determined.
    Bypassing,
    /// No server.
    Nothing,
    /// Something that reads unknown settings, and why that cannot be told.
    Unknown(String),
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

/// A command that matters.
struct Step {
    command: Command,
    role: Role,
    /// Whether the program itself is known to do so, and not one that only gets its name.
    is_sure: bool,
    /// All conditions around it.
    conditions: Vec<Condition>,
    is_in_background: bool,
    /// Whether it runs a script that lies in a volume and is not in sight.
    is_unseen: bool,
}

/// What the command of a container runs, judged by the phrases of its flavor; `None` if it holds nothing that is known.
pub(super) fn runs(started: &Started<'_, '_>, start: &Start) -> Option<Runs> {
    let mut walk = Walk::new(started, start);
    walk.follow_container();
    let judged = walk.judged()?;
    let unseen = walk.unseen_before().filter(|_| matches!(judged, Runs::Settings | Runs::File));
    Some(unseen.map_or(judged, Runs::Unknown))
}

impl Walk<'_, '_> {
    /// What a command does about a server, and whether its program is known to do so.
    fn role(&self, command: &Command, conditions: &[Condition]) -> Option<(Role, bool)> {
        // Words with blanks are messages, or texts that are followed.
        let word =
            |word: &Word| if word.text.as_str().contains([' ', '\n']) { "_" } else { word.text.as_str() }.to_owned();
        let line = command.program_words().iter().map(word).collect::<Vec<_>>().join(" ");
        let start = self.start;
        let holds = |phrases: &[String]| phrases.iter().any(|phrase| holds_phrase(&line, phrase));
        if let Some(place) = first(&line, &start.reads_settings) {
            let through = &start.reads_settings_through;
            let leads = |step: &Step| {
                matches!(step.role, Role::LeadsToReading | Role::Reads) && conditions.starts_with(&step.conditions)
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

    fn judged(&self) -> Option<Runs> {
        let reads = |step: &&Step| matches!(step.role, Role::Reads | Role::ReadsForTool);
        if !self.steps.iter().any(|step| reads(&step)) {
            return self.without_reading();
        }
        if let Some(past) = self.past_reading() {
            return Some(past);
        }
        let is_certain = || self.steps.iter().any(|step| reads(&step) && step.is_sure && step.is_certain());
        if let Some(gap) = self.gap.filter(|_| !is_certain()) {
            return Some(Runs::Unknown(gap.to_owned()));
        }
        if let Some(other) = self.other_than(|role| matches!(role, Role::Reads | Role::ReadsForTool)) {
            return Some(Runs::Unknown(other));
        }
        let is_served = |step: &Step| matches!(step.role, Role::Reads | Role::TakesFile | Role::Bypasses);
        if self.steps.iter().any(is_served) {
            return Some(Runs::Settings);
        }
        self.steps.iter().all(|step| step.role != Role::Unknown).then_some(Runs::Nothing)
    }

    /// What runs where a server may start before something that reads the settings.
    fn past_reading(&self) -> Option<Runs> {
        let reads = |step: &&Step| matches!(step.role, Role::Reads | Role::ReadsForTool);
        self.steps.iter().enumerate().find_map(|(number, step)| {
            let past = match step.role {
                Role::TakesFile => Runs::File,
                Role::Bypasses => Runs::Bypassing,
                Role::Reads | Role::ReadsForTool | Role::LeadsToReading | Role::Unknown => return None,
            };
            let before = || self.steps.iter().take(number).filter(reads);
            if before().any(|read| read.is_sure && read.comes_before(step)) {
                return None;
            }
            let is_first = before().next().is_none() && step.is_sure && step.is_certain();
            Some(if is_first { past } else { unclear() })
        })
    }

    /// Why the configuration may not be the one that is seen: an unseen script runs before the server.
    fn unseen_before(&self) -> Option<String> {
        let starts = |step: &Step| matches!(step.role, Role::Reads | Role::ReadsForTool | Role::TakesFile);
        let first = self.steps.iter().position(|step| starts(step) && step.is_sure && step.is_certain());
        let before = self.steps.iter().take(first.unwrap_or(self.steps.len()));
        let unseen = before.into_iter().find(|step| step.is_unseen)?;
        let script = shown(unseen.command.program(), "a script");
        Some(format!(
            "the command first runs {script} of a volume, which is not in these manifests and may change the configuration"
        ))
    }

    fn without_reading(&self) -> Option<Runs> {
        let has = |role: Role| self.steps.iter().any(|step| step.role == role);
        match (has(Role::TakesFile), has(Role::Bypasses)) {
            (false, false) => self.gap.map(|gap| Runs::Unknown(gap.to_owned())),
            (_, true) => Some(Runs::Bypassing),
            (true, false) => Some(self.other_than(|role| role == Role::TakesFile).map_or(Runs::File, Runs::Unknown)),
        }
    }

    /// Why an unknown program may run in place of those with a role.
    fn other_than(&self, is_meant: impl Fn(Role) -> bool) -> Option<String> {
        let meant = || self.steps.iter().enumerate().filter(|(_, step)| is_meant(step.role));
        let last = meant().last()?.0;
        let is_certain = meant().any(|(_, step)| step.is_sure && step.conditions.is_empty());
        let others = self.steps.iter().enumerate().filter(|(_, step)| step.role == Role::Unknown);
        others.into_iter().find_map(|(number, other)| {
            let is_behind = meant().any(|(at, step)| at < number && step.is_sure && step.comes_before(other));
            if is_behind {
                return None;
            }
            let program = shown(other.command.program(), "another program");
            let is_in_place = |step: &Step| Condition::exclude(&other.conditions, &step.conditions);
            let is_in_place = number > last || meant().any(|(_, step)| is_in_place(step));
            (is_exec(&other.command) || !is_certain && is_in_place)
                .then(|| format!("the command may run {program} instead, and what that starts is not known"))
        })
    }
}

impl Step {
    /// Whether nothing decides whether it runs.
    fn is_certain(&self) -> bool {
        self.conditions.is_empty() && !self.is_in_background
    }

    /// Whether it has run if a later one runs.
    fn comes_before(&self, later: &Self) -> bool {
        !self.is_in_background && later.conditions.starts_with(&self.conditions)
    }
}

/// The first place in a line of one of the phrases.
fn first(line: &str, phrases: &[String]) -> Option<usize> {
    phrases.iter().filter_map(|phrase| find_phrase(line, phrase)).min()
}

/// Whether a program takes the place of the shell that reads the text.
fn is_exec(command: &Command) -> bool {
    command.is_of_text() && takes_over(command)
}

/// Whether a program takes the place of the shell that runs it, which may be one of its own.
fn takes_over(command: &Command) -> bool {
    !command.program_words().is_empty() && command.words_in_front().any(|word| word.text.as_str() == "exec")
}

fn unclear() -> Runs {
    Runs::Unknown(
        "it depends on a condition whether the server is started by the script that reads the settings".to_owned(),
    )
}
