//! The values of variables that texts set while they are followed.

use std::collections::BTreeMap;

use super::ends::Place;
use crate::shell::{Command, Condition, Text, Word, expanded};

/// How long a value may be.
const MAX_LENGTH: usize = 4_096;

/// The variables of a shell whose values are known.
#[derive(Default)]
pub(super) struct Values {
    known: BTreeMap<String, Value>,
}

struct Value {
    text: String,
    /// The conditions under which it was set last.
    conditions: Vec<Condition>,
}

impl Values {
    /// Records what a command sets. What functions and subshells set may be their own.
    pub(super) fn follow(&mut self, command: &Command, place: &Place<'_>) {
        let is_certain = command.function.is_none() && command.is_of_text();
        for (name, value) in command.sets_for_good() {
            let text = value.filter(|_| is_certain).map(|value| self.expanded(value, place));
            match text.filter(|text| !text.starts_with('$') && text.len() < MAX_LENGTH) {
                Some(text) => {
                    let conditions = place.conditions.clone().into_owned();
                    self.known.insert(name.to_owned(), Value { text, conditions });
                }
                None => {
                    self.known.remove(name);
                }
            }
        }
    }

    /// Anything may have been set.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// The words that the shell makes of one.
    pub(super) fn words(&self, word: &Word, place: &Place<'_>) -> Vec<Word> {
        let text = self.expanded(word.text.as_str(), place);
        text.split_whitespace().map(|word| Word::new(Text::of_source(word))).collect()
    }

    fn expanded(&self, word: &str, place: &Place<'_>) -> String {
        let value = |name: &str| {
            let value = self.known.get(name)?;
            place.conditions.starts_with(&value.conditions).then_some(value.text.as_str())
        };
        expanded(word, value)
    }
}
