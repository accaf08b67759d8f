//! Flavors, of which only that part is read that somebody asks for.
//!
//! A post-renderer runs for milliseconds, and reading every flavor whole would take a tenth of that.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use super::model::{CustomResource, Recognise};
use super::{Flavor, Texts};

/// A flavor that was compiled in.
pub(super) struct FlavorEntry {
    pub(super) id: &'static str,
    pub(super) literals: &'static [Cow<'static, str>],
    /// The kinds of custom resource that it is recognised by.
    pub(super) kinds: &'static [Cow<'static, str>],
    /// See [`Recognise::is_of_pods`].
    pub(super) is_of_pods: bool,
    /// See [`Recognise::is_by_command`].
    pub(super) is_by_command: bool,
    pub(super) instead_of: &'static [Cow<'static, str>],
    /// What recognises it, in JSON.
    pub(super) recognise: &'static str,
    /// The whole flavor in JSON.
    pub(super) text: &'static str,
}

/// A flavor of which the rest is read when somebody asks for it. The texts were validated when the program was built,
/// so they can be read.
#[derive(Debug, Clone)]
pub struct LazyFlavor {
    /// See [`Flavor::id`].
    pub id: Cow<'static, str>,
    /// See [`Flavor::literals`].
    pub literals: Texts,
    kinds: Texts,
    is_of_pods: bool,
    is_by_command: bool,
    instead_of: Texts,
    recognise_text: &'static str,
    text: &'static str,
    // In boxes: both are large, and hardly any is read.
    recognise: OnceLock<Box<Recognise>>,
    whole: OnceLock<Box<Flavor>>,
}

impl LazyFlavor {
    pub(super) fn compiled(entry: &FlavorEntry) -> Self {
        Self {
            id: Cow::Borrowed(entry.id),
            literals: Cow::Borrowed(entry.literals),
            kinds: Cow::Borrowed(entry.kinds),
            is_of_pods: entry.is_of_pods,
            is_by_command: entry.is_by_command,
            instead_of: Cow::Borrowed(entry.instead_of),
            recognise_text: entry.recognise,
            text: entry.text,
            recognise: OnceLock::new(),
            whole: OnceLock::new(),
        }
    }

    /// See [`Flavor::recognise`].
    #[must_use]
    pub fn recognise(&self) -> &Recognise {
        self.recognise.get_or_init(|| serde_json::from_str(self.recognise_text).unwrap_or_default())
    }

    /// Whether custom resources of a kind may be its servers.
    #[must_use]
    pub fn has_kind(&self, kind: &str) -> bool {
        self.kinds.iter().any(|own| own == kind)
    }

    /// See [`Recognise::is_of_pods`].
    #[must_use]
    pub fn is_of_pods(&self) -> bool {
        self.is_of_pods
    }

    /// See [`Recognise::is_by_command`].
    #[must_use]
    pub fn is_by_command(&self) -> bool {
        self.is_by_command
    }

    /// See [`Recognise::instead_of`].
    #[must_use]
    pub fn instead_of(&self) -> &[Cow<'static, str>] {
        &self.instead_of
    }
}

impl From<Flavor> for LazyFlavor {
    fn from(flavor: Flavor) -> Self {
        let recognise = flavor.recognise.clone();
        let kinds = recognise.resource.iter().flat_map(CustomResource::kinds);
        Self {
            id: Cow::Owned(flavor.id.clone()),
            literals: flavor.literals.iter().cloned().map(Cow::Owned).collect(),
            kinds: kinds.map(str::to_owned).map(Cow::Owned).collect(),
            is_of_pods: recognise.is_of_pods(),
            is_by_command: recognise.is_by_command(),
            instead_of: recognise.instead_of.iter().cloned().map(Cow::Owned).collect(),
            recognise_text: "",
            text: "",
            recognise: OnceLock::from(Box::new(recognise)),
            whole: OnceLock::from(Box::new(flavor)),
        }
    }
}

impl Deref for LazyFlavor {
    type Target = Flavor;

    /// All of it.
    fn deref(&self) -> &Flavor {
        self.whole.get_or_init(|| serde_json::from_str(self.text).unwrap_or_default())
    }
}
