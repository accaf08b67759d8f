//! Which shell reads a text, where that makes a difference.

use super::program::is_shell;
use crate::unix_path::base_name;

/// The shell that reads a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Any: what is called `sh` is bash in some images, dash or `BusyBox` in others.
    #[default]
    Any,
    /// Certainly bash.
    Bash,
}

impl Dialect {
    /// That of the shell with a name.
    #[must_use]
    pub fn named(shell: &str) -> Self {
        if base_name(shell) == "bash" { Self::Bash } else { Self::Any }
    }

    /// That of a text behind the words of a command: the last shell among them reads it.
    #[must_use]
    pub fn behind<'w>(words: impl DoubleEndedIterator<Item = &'w str>) -> Self {
        words.rev().find(|word| is_shell(word)).map(Self::named).unwrap_or_default()
    }

    /// That of a script, which names its shell in its first line unless a shell before its path reads it.
    #[must_use]
    pub fn of_script<'w>(text: &str, words_before: impl DoubleEndedIterator<Item = &'w str>) -> Self {
        let before = words_before.rev().find(|word| !word.starts_with(['-', '+']));
        match before.filter(|word| is_shell(word)) {
            Some(shell) => Self::named(shell),
            None => text
                .lines()
                .next()
                .filter(|line| line.starts_with("#!"))
                .map_or_else(Self::default, |line| Self::behind(line.trim_start_matches("#!").split_whitespace())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn a_script_is_read_by_the_shell_before_it_or_that_of_its_first_line() {
        let table = [
            ("#!/bin/bash -e\na", "", Dialect::Bash),
            ("#!/usr/bin/env bash\na", "exec", Dialect::Bash),
            ("#!/bin/bash\na", "sh -e", Dialect::Any),
            ("#!/bin/sh\na", "/bin/bash", Dialect::Bash),
            ("a", "", Dialect::Any),
        ];
        for (text, before, expected) in table {
            assert_eq!(Dialect::of_script(text, before.split_whitespace()), expected, "{before} {text}");
        }
    }
}
