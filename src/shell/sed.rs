//! What `sed` leaves unchanged: substitutions in lines that cannot be about purging.

use super::{Command, piece};

/// How many consecutive letters tell that a line is not about purging: fewer occur in too many lines.
const TELLING: usize = 3;

/// Whether a `sed` only substitutes in lines with letters that no line about purging contains.
pub(super) fn spares_purging(command: &Command) -> bool {
    let (mut scripts, mut operands): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut arguments = command.arguments().map(|word| word.text.as_str());
    while let Some(argument) = arguments.next() {
        match argument {
            "-e" | "--expression" => scripts.extend(arguments.next()),
            "-E" | "-r" | "-u" | "-s" | "--in-place" | "--regexp-extended" => {}
            option if option.starts_with("-i") => {}
            option if option.starts_with('-') => match option.strip_prefix("--expression=") {
                Some(script) => scripts.push(script),
                None => return false,
            },
            operand => operands.push(operand),
        }
    }
    if scripts.is_empty() {
        scripts.extend(operands.first());
    }
    !scripts.is_empty() && scripts.into_iter().all(spares)
}

/// Whether a `sed` may run commands: its script is in a file, or a substitution runs its result.
pub(super) fn runs_commands(command: &Command) -> bool {
    command.arguments().map(|word| word.text.as_str()).any(|word| {
        let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with(['i', 'e', '-']));
        letters.is_some_and(|letters| letters.contains('f')) || word.starts_with("--f") || runs_what_it_makes(word)
    })
}

/// Whether one of the substitutions that a script begins with has the flag `e`.
fn runs_what_it_makes(script: &str) -> bool {
    let mut rest = script.trim_start_matches(BETWEEN);
    while let Some((_, behind)) = substitution(rest) {
        if behind.trim_start_matches(|flag: char| flag.is_ascii_alphanumeric() && flag != 'e').starts_with('e') {
            return true;
        }
        rest = behind.trim_start_matches(BETWEEN);
    }
    false
}

/// What separates the commands of a script.
const BETWEEN: [char; 4] = [' ', '\t', '\n', ';'];

/// Whether a script consists only of such substitutions.
fn spares(script: &str) -> bool {
    let mut rest = script.trim_start_matches(BETWEEN);
    while !rest.is_empty() {
        let Some((_, behind)) = substitution(rest).filter(|(pattern, _)| tells(pattern)) else { return false };
        rest = behind.trim_start_matches(BETWEEN);
    }
    true
}

/// The pattern of the substitution that a script begins with, and what follows its flags.
fn substitution(script: &str) -> Option<(&str, &str)> {
    let delimiter = script.strip_prefix('s')?.chars().next().filter(char::is_ascii_punctuation)?;
    let (pattern, rest) = part(script.get(2..)?, delimiter)?;
    let (_, rest) = part(rest, delimiter)?;
    Some((
        pattern,
        rest.trim_start_matches(|flag: char| flag.is_ascii_digit() || matches!(flag, 'g' | 'i' | 'I' | 'p')),
    ))
}

/// What is before and after the first delimiter that is not escaped.
fn part(text: &str, delimiter: char) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        if character == delimiter && !is_escaped {
            return Some((text.get(..at)?, text.get(at + delimiter.len_utf8()..)?));
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    None
}

/// Whether no line about purging contains what a pattern begins with.
fn tells(pattern: &str) -> bool {
    let pattern = pattern.trim_start_matches('^');
    let letters = pattern.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(pattern.len());
    let is_repeated = pattern.get(letters..).is_some_and(|rest| {
        rest.starts_with(['*', '?', '+', '{']) || ["\\?", "\\+", "\\{"].iter().any(|sign| rest.starts_with(sign))
    });
    // A letter that may be repeated may also be missing.
    let telling = pattern.get(..letters.saturating_sub(usize::from(is_repeated))).unwrap_or_default();
    telling.len() >= TELLING && !pattern.contains('|') && !piece::is_in_purge_names(telling)
}

#[cfg(test)]
mod tests {
    use super::spares_purging;
    use crate::shell::{Text, commands};

    #[test]
    fn only_what_cannot_meet_a_line_about_purging_spares_it() {
        let table = [
            ("sed -i \"s/server\\.$ID\\=[a-z0-9.-]*/server.$ID=0.0.0.0/\" f", true),
            ("sed -i 's/^dataDir=.*/dataDir=\\/data/' f", true),
            ("sed -i -e 's|dataDir=|x|g;s/clientPort/y/' -e s,tickTime,z, f", true),
            ("sed -E -i.bak 's/(server)/x/' f", false),
            ("sed -i 's/interval=0/interval=1/' f", false),
            ("sed -i 's/[a-z]*=0/x=1/' f", false),
            ("sed -i 's/server*/x/' f", true),
            ("sed -i 's/ser*/x/' f", false),
            ("sed -i 's/server\\|=0/x/' f", false),
            ("sed -i 's/server/x/;/=0/d' f", false),
            ("sed -i /server/d f", false),
            ("sed -n 's/server/x/' f", false),
            ("sed -f script f", false),
            ("sed -i", false),
        ];
        for (text, expected) in table {
            let command = commands(&Text::of_source(text)).into_iter().next().unwrap();
            assert_eq!(spares_purging(&command), expected, "{text}");
        }
    }
}
