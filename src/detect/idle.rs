//! Commands that run no server: tools, and commands that only wait so that someone can open a shell in the container.

use super::cleaner::names_a_purge;
use super::recognise::holds_phrase;
use crate::kubernetes::Container;
use crate::rules::Start;
use crate::shell::{Command, Effect, Text, all_commands, is_shell};
use crate::unix_path::base_name;
use crate::yaml::Node;

/// Whether a command runs nothing but the phrases with their arguments and commands that wait, with or without a shell
/// or a loop. Arguments alone go to the image's own script: unless it is known to run them as they are, only the phrases
/// are known to replace what it starts.
pub(super) fn serves_nothing(container: Container<'_>, start: &Start) -> bool {
    let parts: Vec<&str> = container.command_parts().into_iter().filter_map(Node::text).collect();
    run_nothing(&parts, &start.serves_nothing, container.has_command() || start.args_keep_script)
}

/// Whether the script of the image is started with arguments that run no server: it runs them in place of one.
pub(super) fn script_serves_nothing(container: Container<'_>, start: &Start) -> bool {
    let parts: Vec<&str> = container.command_parts().into_iter().filter_map(Node::text).collect();
    let Some((script, arguments)) = parts.split_first() else { return false };
    start.scripts.iter().any(|known| script == known) && run_nothing(arguments, &start.serves_nothing, true)
}

/// The same for the words of a command. `is_whole`: nothing else runs with them.
pub(super) fn run_nothing(parts: &[&str], phrases: &[String], is_whole: bool) -> bool {
    let script = script(parts);
    if script.trim().is_empty() {
        return is_whole && parts.first().is_some_and(|first| is_shell(first));
    }
    let mut is_named = false;
    let all = is_idle(&script, &mut |command| {
        let is_one = is_phrase(command, phrases);
        is_named |= is_one;
        is_one
    });
    all && (is_named || is_whole)
}

/// The shell text of a command, without the shell and its options.
pub(super) fn script(parts: &[&str]) -> String {
    let is_behind_shell = parts.first().is_some_and(|first| is_shell(first));
    let script = parts.iter().skip(usize::from(is_behind_shell));
    let script: Vec<&str> = script.skip_while(|part| is_behind_shell && part.starts_with('-')).copied().collect();
    script.join(" ")
}

/// Whether every command of a text is one of the phrases or starts nothing. What is computed when it runs may start
/// anything.
fn is_idle(text: &str, is_phrase: &mut impl FnMut(&Command) -> bool) -> bool {
    if runs_within_words(text) {
        return false;
    }
    // If the text cannot be parsed to its end, nothing is known about it.
    let Some(commands) = all_commands(&Text::of_source(text)).filter(|commands| !commands.is_empty()) else {
        return false;
    };
    let mut known = commands.iter().map(|command| match command.program() {
        "trap" => command.arguments().next().is_none_or(|action| is_idle(action.text.as_str(), is_phrase)),
        // It runs scheduled jobs, none of which serves.
        "crond" => true,
        _ => is_phrase(command) || matches!(command.effect(), Effect::None),
    });
    known.all(|is_known| is_known)
}

/// Whether a text may run commands to work out words. Arithmetic with numbers and variables runs nothing.
fn runs_within_words(text: &str) -> bool {
    let is_sum = |character: char| character.is_ascii_alphanumeric() || " _+-*/%".contains(character);
    let is_arithmetic = |inner: &str| {
        let sum = inner.strip_prefix('(').and_then(|inner| inner.split_once("))"));
        sum.is_some_and(|(sum, _)| sum.chars().all(is_sum))
    };
    text.contains('`') || text.split("$(").skip(1).any(|inner| !is_arithmetic(inner))
}

/// Whether a command is one of the phrases with its arguments.
pub(super) fn is_phrase(command: &Command, phrases: &[String]) -> bool {
    let words = command.program_words().iter().map(|word| word.text.as_str());
    let words: Vec<&str> = words.enumerate().map(|(at, word)| if at == 0 { base_name(word) } else { word }).collect();
    let line = words.join(" ");
    phrases.iter().any(|phrase| line.starts_with(phrase.as_str()) && holds_phrase(&line, phrase))
}

/// Whether a text purges, in a loop or not, and starts no server, as far as the usual names of start scripts tell.
pub(super) fn only_purges(text: &str) -> bool {
    let starts = ["start", "start-foreground", "QuorumPeerMain", "exec", "docker-entrypoint.sh", "run.sh"];
    names_a_purge(text) && !starts.iter().any(|phrase| holds_phrase(text, phrase))
}
