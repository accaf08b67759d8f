//! Which objects a patch applies to.
//!
//! As kustomize does it (kubernetes-sigs/kustomize: `NewSelectorRegex` in api/types/selector.go, `Select` and `GetById`
//! in api/resmap/reswrangler.go): every part of a target is a regular expression for the whole word, a name or
//! namespace may be the one that the object began with or the one that it has by now, and an object without a namespace
//! is in `default`. A patch without a target is for the object that it names.

use regex_automata::meta::Regex;

use super::identity::{Identity, group_and_version};
use super::label_selector::{Labels, selects};
use crate::gitops::field::Field;
use crate::kubernetes::agree;

/// Larger expressions are not compiled.
const LARGEST: usize = 1 << 18;

/// Criteria for objects; any that is not given matches everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: Option<String>,
    annotations: Option<String>,
    /// Whether this is the object that a patch names.
    is_named: bool,
}

/// Whether something matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fits {
    No,
    Perhaps,
    Yes,
}

/// What a whole word has to match.
#[derive(Clone, Debug)]
enum Pattern {
    Word(String),
    Expression(Box<Regex>),
    /// An expression that is too large, or that Go may read differently.
    Unreadable,
}

impl Selector {
    /// The `target` of a patch, or `select` of a replacement.
    pub(super) fn of_target(target: &Field<'_>) -> Self {
        let text = |key: &str| target.text_of(key).filter(|text| !text.is_empty());
        let pattern = |key: &str| text(key).map(Pattern::read);
        Self {
            group: pattern("group"),
            version: pattern("version"),
            kind: pattern("kind"),
            name: pattern("name"),
            namespace: pattern("namespace"),
            labels: text("labelSelector").map(str::to_owned),
            annotations: text("annotationSelector").map(str::to_owned),
            is_named: false,
        }
    }

    /// A patch without a target applies to the object that it names.
    pub(super) fn of_patch(patch: &Field<'_>) -> Option<Self> {
        let metadata = patch.get("metadata")?;
        let word = |text: &str| Some(Pattern::Word(text.to_owned()));
        let (group, _) = group_and_version(patch.text_of("apiVersion")?);
        Some(Self {
            group: word(group),
            kind: word(patch.text_of("kind")?),
            name: word(metadata.text_of("name")?),
            namespace: metadata.text_of("namespace").and_then(word),
            is_named: true,
            ..Self::default()
        })
    }

    pub(super) fn fits(&self, object: &Identity) -> Fits {
        let one =
            |pattern: &Option<Pattern>, own: &str| pattern.as_ref().map_or(Fits::Yes, |pattern| pattern.fits(own));
        let any =
            |pattern: &Option<Pattern>, own: &[&str]| own.iter().map(|own| one(pattern, own)).max().unwrap_or(Fits::No);
        let criteria: [&dyn Fn() -> Fits; 7] = [
            &|| one(&self.kind, &object.kind),
            &|| one(&self.group, &object.group),
            &|| one(&self.version, &object.version),
            &|| any(&self.name, &object.names()),
            &|| self.fits_namespace(object),
            &|| labelled(self.labels.as_deref(), object.labels.as_ref()),
            &|| labelled(self.annotations.as_deref(), object.annotations.as_ref()),
        ];
        let mut fits = Fits::Yes;
        for criterion in criteria {
            fits = fits.min(criterion());
            if fits == Fits::No {
                break;
            }
        }
        fits
    }

    fn fits_namespace(&self, object: &Identity) -> Fits {
        match &self.namespace {
            Some(pattern) if !self.is_named => {
                let fits = object.namespaces().map(|own| pattern.fits(own.unwrap_or("default")));
                fits.into_iter().max().unwrap_or(Fits::No)
            }
            // A patch and its object agree, or nothing is built.
            Some(Pattern::Word(own)) => {
                if object.namespaces().iter().any(|namespace| agree(Some(own), *namespace)) {
                    Fits::Yes
                } else {
                    Fits::No
                }
            }
            _ => Fits::Yes,
        }
    }

    /// Whether it names one object.
    pub(super) fn is_for_one(&self) -> bool {
        matches!(self.name, Some(Pattern::Word(_)))
    }

    /// The kind of the objects, if it is a single one.
    pub(super) fn kind(&self) -> Option<&str> {
        match &self.kind {
            Some(Pattern::Word(kind)) => Some(kind),
            Some(Pattern::Expression(_) | Pattern::Unreadable) | None => None,
        }
    }
}

/// Whether labels are selected; those that are not known may be anything.
fn labelled(selector: Option<&str>, labels: Option<&Labels>) -> Fits {
    let Some(selector) = selector else { return Fits::Yes };
    match labels.and_then(|labels| selects(selector, labels)) {
        Some(true) => Fits::Yes,
        Some(false) => Fits::No,
        None => Fits::Perhaps,
    }
}

impl Pattern {
    fn read(text: &str) -> Self {
        if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/')) {
            return Self::Word(text.to_owned());
        }
        // Inside of brackets these have a meaning here that they do not have in Go.
        let is_alike = !text.contains('[') || !["&&", "--", "~~", "[["].iter().any(|other| text.contains(other));
        let settings = Regex::config().nfa_size_limit(Some(LARGEST));
        let read = || Regex::builder().configure(settings).build(&format!("^(?:{text})$")).ok();
        is_alike.then(read).flatten().map_or(Self::Unreadable, |regex| Self::Expression(Box::new(regex)))
    }

    fn fits(&self, own: &str) -> Fits {
        let is_match = match self {
            Self::Word(word) => word == own,
            Self::Expression(regex) => regex.is_match(own),
            Self::Unreadable => return Fits::Perhaps,
        };
        if is_match { Fits::Yes } else { Fits::No }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fits, Pattern};

    #[test]
    fn names_fit_whole_expressions() {
        let table = [
            ("zk", "zk", Fits::Yes),
            ("zk", "zk2", Fits::No),
            ("^zk$", "zk", Fits::Yes),
            ("^(zk)$", "zk", Fits::Yes),
            (".*", "zk", Fits::Yes),
            ("zk.*", "zk-prod", Fits::Yes),
            ("zk.prod", "zk-prod", Fits::Yes),
            ("zk\\.prod", "zk-prod", Fits::No),
            (".*-prod", "zk-dev", Fits::No),
            ("a|zk", "zk", Fits::Yes),
            ("a|zk", "xzk", Fits::No),
            ("z.*-.*d", "zk-prod", Fits::Yes),
            ("zk-[0-9]+", "zk-1", Fits::Yes),
            ("zk-[a--z]", "zk-1", Fits::Perhaps),
            ("zk(", "zk", Fits::Perhaps),
            ("((z{999}){999}){999}", "zk", Fits::Perhaps),
        ];
        for (pattern, name, expected) in table {
            assert_eq!(Pattern::read(pattern).fits(name), expected, "{pattern} {name}");
        }
    }
}
