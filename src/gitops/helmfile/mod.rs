//! helmfile: the releases of a state file, for the environment `default`.
//!
//! A state file may be a Go template. What its actions come to is put in where that can be told from the environment's
//! values; everything else that they write is not known, and neither is what stands under a condition that is not.

mod action;
mod branches;
mod environment;
mod inherit;
mod release;
mod state;
mod template;

use super::Reading;
use super::surroundings::Scope;
use state::State;

/// Helmfiles in helmfiles in helmfiles.
const MAX_FILES: usize = 50;

/// The releases of a state file, and of those that it names and that are not recognised on their own.
pub(super) fn read(scope: &Scope<'_>, reading: &mut Reading) {
    let mut waiting = vec![scope.text.clone()];
    let mut seen = Vec::new();
    while let Some(text) = waiting.pop().filter(|_| seen.len() < MAX_FILES) {
        if seen.contains(text.file()) {
            continue;
        }
        seen.push(text.file().clone());
        let mut state = State::default();
        state.load(&text, scope);
        let pages = state.pages();
        let document = seen.len().saturating_sub(1);
        if scope.wants(document, |wanted| wanted.document) {
            reading.releases.extend(release::all(&pages, &state, (document, scope)));
        }
        reading.broken.extend(state.broken.iter().filter(|_| text.file() == scope.text.file()).cloned());
        waiting.extend(state::helmfiles(&pages, scope).into_iter().rev());
    }
}
