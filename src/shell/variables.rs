//! Variables of shell texts.

use std::collections::BTreeMap;

use super::Command;

/// What a text sets variables to.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// `None` if that depends on a condition, or on when the variable is read.
    set: BTreeMap<String, Option<String>>,
    /// Whether a sourced script may have set any variable.
    is_open: bool,
}

impl Variables {
    /// Records what a command sets; to an unknown value if it may not run, or runs too late.
    pub(super) fn follow(&mut self, command: &Command, is_certain: bool) {
        // Before a program, they are set for that program alone.
        let is_for_good = command.program_words().is_empty() || command.sets_variables();
        for word in command.assignment_words().filter(|_| is_for_good) {
            let Some((set, value)) = word.text.as_str().split_once('=') else { continue };
            let name = set.trim_end_matches('+');
            // The value of a variable that is set twice depends on when it is read, `+=` on what was there before.
            let is_whole = self.get(name).is_none() && set == name && !word.text.has_literal_sign();
            let is_plain = is_certain && is_whole && command.function.is_none() && !command.is_nested;
            self.set.insert(name.to_owned(), is_plain.then(|| value.to_owned()));
        }
        for name in set_otherwise(command) {
            self.set.insert(name.to_owned(), None);
        }
    }

    /// The variables that a script starts with: its arguments; those that the text around it sets have unknown values.
    pub(super) fn of_script(around: &Self, arguments: impl Iterator<Item = String>) -> Self {
        let arguments = (1_usize..).zip(arguments).map(|(number, value)| {
            let is_plain = !value.contains(['$', '`']);
            (number.to_string(), is_plain.then_some(value))
        });
        let around_it = around.set.keys().map(|name| (name.clone(), None));
        Self { set: around_it.chain(arguments).collect(), is_open: around.is_open }
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
}

impl Command {
    /// Whether it gives a variable a value other than the environment's. `X=${X:-0}` leaves a variable as it is if it
    /// is set.
    #[must_use]
    pub fn sets(&self, name: &str) -> bool {
        let hands_on = |value: &str| variables_in(value).any(|expanded| expanded == name);
        self.assignments().any(|(set, value)| set == name && !hands_on(value))
            || set_otherwise(self).any(|set| set == name)
            || self.taken_away().is_none_or(|names| names.contains(&name))
    }

    /// The value that it gives a variable if the environment has none: `X=${X:-1}`.
    #[must_use]
    pub fn value_if_missing(&self, name: &str) -> Option<&str> {
        self.assignments().filter(|(set, _)| *set == name).find_map(|(_, value)| {
            let behind = value.strip_prefix("${")?.strip_prefix(name)?;
            behind.strip_prefix(":-").or(behind.strip_prefix('-'))?.strip_suffix('}')
        })
    }
}

impl Command {
    /// Whether it passes a variable on to all later programs: `export X`, with or without a value.
    #[must_use]
    pub fn exports(&self, name: &str) -> bool {
        let names = self.arguments().filter_map(|word| word.text.as_str().split('=').next());
        self.program() == "export" && names.into_iter().any(|exported| exported == name)
    }
}

/// The names of the variables that a command sets without an assignment.
fn set_otherwise(command: &Command) -> impl Iterator<Item = &str> {
    let sets_arguments = match command.program() {
        "read" | "let" | "((" | "mapfile" | "readarray" | "getopts" | "unset" => true,
        "printf" => command.arguments().next().is_some_and(|word| word.text.as_str() == "-v"),
        _ => false,
    };
    let arguments = command.arguments().filter(move |_| sets_arguments);
    // Arithmetic also names variables that it only reads; the two are not told apart.
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let arguments = arguments.flat_map(move |word| word.text.as_str().split(move |character| !is_name(character)));
    arguments.chain(command.words.iter().flat_map(|word| assigned_in_expansions(word.text.as_str())))
}

/// The names of the variables that a text expands.
pub(super) fn variables_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| leading_variable(text.get(at..)?)).map(|(name, _)| name)
}

/// The names of the variables that `${X:=1}` and `${X=1}` set.
fn assigned_in_expansions(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|inner| {
        let end = inner.find(|character: char| !character.is_ascii_alphanumeric() && character != '_')?;
        let (name, rest) = inner.split_at_checked(end)?;
        (rest.starts_with(":=") || rest.starts_with('=')).then_some(name)
    })
}

/// The variable that a text begins with, and what follows it.
pub(super) fn leading_variable(text: &str) -> Option<(&str, &str)> {
    let behind = text.strip_prefix('$')?;
    if let Some(inner) = behind.strip_prefix('{') {
        let (name, rest) = inner.split_once('}')?;
        return Some((name.split(":-").next().unwrap_or(name), rest));
    }
    let end = behind.find(|byte: char| !byte.is_ascii_alphanumeric() && byte != '_').unwrap_or(behind.len());
    behind.split_at_checked(end).filter(|(name, _)| !name.is_empty())
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
            ("env -u X run", true),
            ("env --unset=X run", true),
            ("env -i Y=1 run", true),
            ("env -u Y run -u X", false),
            ("read X", true),
            (": ${X:=1}", true),
            ("printf -v X 1", true),
            ("X=${X:-0}", false),
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
}
