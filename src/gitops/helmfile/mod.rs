//! helmfile: the releases of a state file, in each environment that it declares.
//!
//! A state file may be a Go template. Its actions are evaluated if the environment's values are enough for that.
//! Anything else that they write is unknown, as is anything under a condition that is unknown.

mod action;
mod branches;
mod environment;
mod environments;
mod inherit;
mod named;
mod release;
mod state;
mod template;

use super::Reading;
use super::surroundings::Scope;
use state::State;

/// The limit for nested helmfiles.
const MAX_FILES: usize = 50;

/// The releases of a state file, and of those that it names and that are not recognised on their own.
pub(super) fn read(scope: &Scope<'_>, reading: &mut Reading) {
    let mut waiting = vec![(scope.text.clone(), Vec::new())];
    let mut seen = Vec::new();
    while let Some((text, above)) = waiting.pop().filter(|_| seen.len() < MAX_FILES) {
        if seen.contains(text.file()) {
            continue;
        }
        seen.push(text.file().clone());
        let document = seen.len().saturating_sub(1);
        let is_wanted = scope.wants(document, |wanted| wanted.document);
        // All environments of a file on the way to the wanted one count: they are those of the files below it.
        let is_environment_wanted = |number| !is_wanted || scope.wants(number, |wanted| wanted.application);
        let states = State::of_each(&text, &above, scope, is_environment_wanted);
        if is_wanted {
            reading.releases.extend(environments::releases(&states, document, scope));
        }
        for (_, state) in &states {
            let broken = state.broken.iter().filter(|_| text.file() == scope.text.file());
            let new: Vec<_> = broken.filter(|error| !reading.broken.contains(error)).cloned().collect();
            reading.broken.extend(new);
        }
        if is_wanted && scope.wants_one() {
            return;
        }
        waiting.extend(environments::helmfiles(&states, scope).into_iter().rev());
    }
}
