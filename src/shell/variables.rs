//! Variables of shell texts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Command, Text, commands};
use crate::unix_path::base_name;

/// What a text sets variables to.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// `None` if that depends on a condition, or on when the variable is read.
    set: BTreeMap<String, Option<String>>,
    /// Those that are certainly handed to every later program.
    exported: BTreeSet<String>,
    /// Whether a sourced script may have set any variable.
    is_open: bool,
}

impl Variables {
    /// Records what a command sets; to an unknown value if it may not run, or runs too late. What is set in a shell of
    /// its own never reaches the text, but may reach what else that shell runs.
    pub(super) fn follow(&mut self, command: &Command, is_certain: bool) {
        let is_certain = is_certain && command.function.is_none() && command.is_of_text();
        for (name, value) in command.sets_for_good() {
            // The value of a variable that is set twice depends on when it is read.
            let value = value.filter(|_| is_certain && self.get(name).is_none());
            self.set.insert(name.to_owned(), value.map(str::to_owned));
        }
        self.exported.extend(command.exported().filter(|_| is_certain).map(str::to_owned));
    }

    /// The variables that a script starts with: its arguments; those that the text around it sets have unknown values.
    pub(super) fn of_script(around: &Self, arguments: impl Iterator<Item = String>) -> Self {
        let arguments = (1_usize..).zip(arguments).map(|(number, value)| {
            let is_plain = !value.contains(['$', '`']);
            (number.to_string(), is_plain.then_some(value))
        });
        let around_it = around.set.keys().map(|name| (name.clone(), None));
        Self { set: around_it.chain(arguments).collect(), is_open: around.is_open, ..Self::default() }
    }

    /// A sourced script may set any variable.
    pub(super) const fn open(&mut self) {
        self.is_open = true;
    }

    /// Whether it sets a variable that a text expands.
    #[must_use]
    pub fn reach(&self, text: &str) -> bool {
        variables_in(text).any(|name| self.get(name).is_some())
    }

    /// The value of a variable as it is written: `None` if the text does not set it, `Some(None)` if it is unknown.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Option<&str>> {
        if self.is_open { Some(None) } else { self.set.get(name).map(Option::as_deref) }
    }

    /// Whether a variable that the text sets certainly reaches the programs that it starts.
    #[must_use]
    pub fn exports(&self, name: &str) -> bool {
        self.exported.contains(name)
    }
}

impl Command {
    /// Whether it gives a variable a value other than the environment's. `X=${X:-0}` leaves a variable as it is if it
    /// is set.
    #[must_use]
    pub fn sets(&self, name: &str) -> bool {
        let hands_on =
            |value: &str| Expansion::leading(value).is_some_and(|whole| whole.name == name && whole.hands_on());
        self.assignments().any(|(set, value)| set == name && !hands_on(value))
            || set_otherwise(self).any(|set| set == name)
            || self.text_to_run().is_some_and(|text| commands(&text).iter().any(|command| command.sets(name)))
    }

    /// The variables that it sets for itself and for what follows, each with its value as it is written; `None` if that
    /// depends on what was there before, or on what runs.
    pub fn sets_for_good(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        // Before a program, they are set for that program alone.
        let is_for_good = self.program_words().is_empty() || self.sets_variables();
        let assigned = self.assignment_words().filter(move |_| is_for_good).filter_map(|word| {
            let (set, value) = word.text.as_str().split_once('=')?;
            let name = set.trim_end_matches('+');
            Some((name, Some(value).filter(|_| set == name && !word.text.has_literal_sign())))
        });
        assigned.chain(set_otherwise(self).map(|name| (name, None)))
    }

    /// The value that it gives a variable if the environment has none: `X=${X:-1}`.
    #[must_use]
    pub fn value_if_missing(&self, name: &str) -> Option<&str> {
        self.assignments().filter(|(set, _)| *set == name).find_map(|(_, value)| {
            let behind = value.strip_prefix("${")?.strip_prefix(name)?;
            behind.strip_prefix(":-").or(behind.strip_prefix('-'))?.strip_suffix('}')
        })
    }

    /// Whether it sets variables whose names the shell works out, one of which may have a name: `export $(...)`,
    /// `eval "$(...)"`, `env $(...) program`.
    #[must_use]
    pub fn may_set_any(&self, name: &str) -> bool {
        let is_worked_out = |word: &str| {
            let set = word.split('=').next().unwrap_or_default();
            // A default value may hold the sign.
            let set = if set.contains("${") { word } else { set };
            set.find(['$', '`']).is_some_and(|at| set.get(..at).is_some_and(|before| name.starts_with(before)))
        };
        let is_printed = |word: &str| word.starts_with("$(") && !word.starts_with("$((") || word.starts_with('`');
        let is_behind_env = || self.words_in_front().any(|word| base_name(word.text.as_str()) == "env");
        let mut arguments = self.arguments().map(|word| word.text.as_str());
        match self.program() {
            "eval" => arguments.next().is_some_and(is_printed),
            _ if self.sets_variables() => arguments.any(is_worked_out),
            _ => {
                let program = self.program_words().first().map(|word| word.text.as_str());
                program.is_some_and(is_printed) && is_behind_env()
            }
        }
    }

    /// The text that the shell itself runs: that of `eval`.
    #[must_use]
    pub fn text_to_run(&self) -> Option<Text> {
        let words: Vec<&str> = self.arguments().map(|word| word.text.as_str()).collect();
        (self.program() == "eval").then(|| Text::of_source(&words.join(" ")))
    }

    /// The variables that it passes on to all later programs: `export X`, with or without a value.
    fn exported(&self) -> impl Iterator<Item = &str> {
        let is_export = self.program() == "export" && !self.takes_exports_back();
        let words = self.arguments().filter(move |_| is_export);
        words.filter_map(|word| word.text.as_str().split('=').next()).filter(|name| !name.starts_with('-'))
    }

    /// `export -n X`, `declare +x X`.
    fn takes_exports_back(&self) -> bool {
        let (mark, letter) = match self.program() {
            "export" => ('-', 'n'),
            "declare" | "typeset" => ('+', 'x'),
            _ => return false,
        };
        let options = self.arguments().filter_map(|word| word.text.as_str().strip_prefix(mark));
        options.into_iter().any(|letters| letters.contains(letter))
    }
}

/// How many leading variables of a word are expanded one after another.
const MAX_VARIABLES: usize = 8;

/// A word with leading variables replaced by their values, as far as these are known.
#[must_use]
pub fn expanded<'v>(word: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut text = word.to_owned();
    for _ in 0..MAX_VARIABLES {
        let Some(variable) = Expansion::leading(&text).filter(Expansion::is_value) else { break };
        let Some(value) = value(variable.name) else { break };
        text = format!("{value}{}", variable.rest);
    }
    text
}

/// The names of the variables that a command sets without an assignment.
fn set_otherwise(command: &Command) -> impl Iterator<Item = &str> {
    let sets_arguments = match command.program() {
        "read" | "let" | "((" | "mapfile" | "readarray" | "getopts" | "unset" => true,
        "printf" => command.arguments().next().is_some_and(|word| word.text.as_str() == "-v"),
        _ => command.takes_exports_back(),
    };
    let arguments = command.arguments().filter(move |_| sets_arguments);
    // Arithmetic also names variables that it only reads; the two are not told apart.
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let arguments = arguments.flat_map(move |word| word.text.as_str().split(move |character| !is_name(character)));
    arguments.chain(command.words.iter().flat_map(|word| assigned_in_expansions(word.text.as_str())))
}

/// The names of the variables that a text expands.
pub(super) fn variables_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| Expansion::leading(text.get(at..)?)).map(|expansion| expansion.name)
}

/// The names of the variables that `${X:=1}` and `${X=1}` set.
fn assigned_in_expansions(text: &str) -> impl Iterator<Item = &str> {
    // Hardly any word expands anything, and to prepare a search takes longer than to look for one byte.
    let text = if text.contains('$') { text } else { "" };
    text.split("${").skip(1).filter_map(|inner| {
        let end = inner.find(|character: char| !character.is_ascii_alphanumeric() && character != '_')?;
        let (name, rest) = inner.split_at_checked(end)?;
        (rest.starts_with(":=") || rest.starts_with('=')).then_some(name)
    })
}

/// A variable that a text expands: `$X`, `${X}`, `${X:-1}`.
#[derive(Clone, Copy, Debug)]
pub struct Expansion<'t> {
    /// Its name.
    pub name: &'t str,
    /// What follows the name within the braces: `:-1`.
    operation: &'t str,
    /// What follows the whole of it.
    pub rest: &'t str,
}

impl<'t> Expansion<'t> {
    /// The one that a text begins with.
    #[must_use]
    pub fn leading(text: &'t str) -> Option<Self> {
        let behind = text.strip_prefix('$')?;
        let (inner, rest) = behind
            .strip_prefix('{')
            .map_or(Some((behind, None)), |inner| inner.split_once('}').map(|(inner, rest)| (inner, Some(rest))))?;
        let end = inner.find(|byte: char| !byte.is_ascii_alphanumeric() && byte != '_').unwrap_or(inner.len());
        let (name, behind) = inner.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        let (operation, rest) = rest.map_or(("", behind), |rest| (behind, rest));
        Some(Self { name, operation, rest })
    }

    /// The text in its place if the variable is not set: `1` in `${X:-1}`.
    #[must_use]
    pub fn if_not_set(&self) -> Option<&'t str> {
        self.operation.strip_prefix(":-").or_else(|| self.operation.strip_prefix('-'))
    }

    /// The text in its place if the variable is set to nothing.
    #[must_use]
    pub fn if_empty(&self) -> &'t str {
        self.operation.strip_prefix(":-").unwrap_or_default()
    }

    /// Whether it is the value of the variable and nothing else: `$X`, `${X}`.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.operation.is_empty()
    }

    /// Whether it may only be the value of the variable, or one for the case that there is none.
    #[must_use]
    pub fn has_default_at_most(&self) -> bool {
        self.is_plain() || self.if_not_set().is_some()
    }

    /// Whether it stands for the value of a variable that is set and not empty.
    #[must_use]
    pub fn is_value(&self) -> bool {
        matches!(self.operation.trim_start_matches(':').as_bytes(), [] | [b'-' | b'=' | b'?', ..])
            && self.operation != ":"
    }

    /// Whether it stands for the value of a variable that is set, and nothing follows.
    fn hands_on(&self) -> bool {
        self.rest.is_empty() && self.is_value()
    }
}

#[cfg(test)]
mod tests {
    use crate::shell::{Text, commands};

    #[test]
    fn what_sets_a_variable_is_told_from_what_hands_it_on() {
        let table = [
            ("export X=1", true),
            ("X=1 run", true),
            ("exec env X=1 run", true),
            ("bash -c 'X=1; run'", true),
            ("unset X", true),
            ("read X", true),
            (": ${X:=1}", true),
            ("printf -v X 1", true),
            ("eval 'export X=1'", true),
            ("eval export Y=1", false),
            ("export -n X", true),
            ("declare +x X", true),
            ("export X=\"$X a\"", true),
            ("X=${X}0", true),
            ("X=${X:+1}", true),
            ("X=${X%0}", true),
            ("X=${X:-0}", false),
            ("X=${X-0}", false),
            ("X=${X:?}", false),
            ("export X=\"$X\"", false),
            ("echo X=1", false),
            ("# X=1", false),
            ("XY=1", false),
            ("echo \"export X=1\"", false),
        ];
        for (text, expected) in table {
            let sets = commands(&Text::of_source(text)).iter().any(|command| command.sets("X"));
            assert_eq!(sets, expected, "{text}");
        }
    }
    #[test]
    fn a_variable_may_be_kept_from_a_program() {
        let table = [
            ("env -u X run", true),
            ("env --unset=X run", true),
            ("env -i Y=1 run", true),
            ("env -u Y run -u X", false),
            ("X=1 run", false),
            ("su - zk -c run", true),
            ("su -s /bin/sh -l zk -c run", true),
            ("su -lc run zk", true),
            ("su zk -c run", false),
            ("su zk -c 'run -l'", false),
            ("runuser -l zk -c run", true),
            ("runuser -u zk run", false),
            ("su-exec zk run", false),
            ("sudo -u zk run", true),
            ("sudo -E run", false),
            ("sudo --preserve-env=X run", false),
        ];
        for (text, expected) in table {
            let command = &commands(&Text::of_source(text))[0];
            assert_eq!(command.keeps_back("X"), expected, "{text}");
        }
    }
}
