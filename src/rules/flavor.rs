//! Flavors, of which all but what recognises them is only read where one is recognised.
//!
//! A post-renderer runs for milliseconds, and reading every flavor whole would take a tenth of that.

use std::ops::Deref;
use std::sync::OnceLock;

use serde::Deserialize;

use super::Flavor;
use super::model::Recognise;

/// A flavor that was compiled in.
pub(super) struct FlavorEntry<'e> {
    /// Id, literals and what recognises it.
    pub(super) head: &'e str,
    /// The whole flavor in JSON.
    pub(super) text: &'e str,
}

/// What every stream is searched with.
#[derive(Deserialize)]
struct Head {
    id: String,
    literals: Vec<String>,
    recognise: Recognise,
}

/// A flavor that is read when somebody looks at more of it than what recognises it.
#[derive(Debug, Clone)]
pub struct LazyFlavor {
    /// See [`Flavor::id`].
    pub id: String,
    /// See [`Flavor::literals`].
    pub literals: Vec<String>,
    /// See [`Flavor::recognise`].
    pub recognise: Recognise,
    text: &'static str,
    /// In a box: a flavor is large, and hardly any is read.
    whole: OnceLock<Box<Flavor>>,
}

impl LazyFlavor {
    pub(super) fn compiled(entry: &FlavorEntry<'static>) -> Result<Self, serde_json::Error> {
        let Head { id, literals, recognise } = serde_json::from_str(entry.head)?;
        Ok(Self { id, literals, recognise, text: entry.text, whole: OnceLock::new() })
    }
}

impl From<Flavor> for LazyFlavor {
    fn from(flavor: Flavor) -> Self {
        let Flavor { id, literals, recognise, .. } = flavor.clone();
        Self { id, literals, recognise, text: "", whole: OnceLock::from(Box::new(flavor)) }
    }
}

impl Deref for LazyFlavor {
    type Target = Flavor;

    /// All of it. A text of ours was validated when the program was built, so that it can be read.
    fn deref(&self) -> &Flavor {
        self.whole.get_or_init(|| serde_json::from_str(self.text).unwrap_or_default())
    }
}
