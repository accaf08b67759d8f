//! What can be done about a server that never purges or does not start, and the one wording of it.

use std::fmt;

/// How a server has to change.
#[derive(Debug)]
pub(crate) struct Advice {
    /// A setting is known that makes it purge.
    pub is_known: bool,
    /// Whom a fix concerns besides.
    pub others: Option<String>,
    /// What stays; nothing where the fix itself does.
    pub permanent: Option<Permanent>,
    /// What has to be known about a fix that does not stay, and about what restarts: a paragraph each.
    pub effects: Vec<String>,
    /// How to free a disk that is full now, where that can be said.
    pub relief: Option<String>,
}

/// A change that outlives the next upgrade.
#[derive(Debug)]
pub(crate) struct Permanent {
    /// The template that the manifest was rendered from.
    pub template: Option<String>,
    /// What to do: `set ZOO_AUTOPURGE_INTERVAL to 1 where this manifest is kept`.
    pub change: String,
    /// Options of Helm that do the same.
    pub flags: Option<String>,
    /// The chart version from which on nothing has to be done.
    pub upgrade: Option<String>,
}

impl Advice {
    /// What follows from the fault, and what to do: a paragraph each.
    pub(super) fn paragraphs(&self, consequence: &str) -> Vec<String> {
        let permanent = self.permanent.as_ref().map(ToString::to_string);
        let parts = [Some(consequence.to_owned()), self.others.clone(), permanent];
        parts.into_iter().flatten().chain(self.effects.iter().cloned()).collect()
    }
}

impl fmt::Display for Permanent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { template, change, flags, upgrade } = self;
        if let Some(template) = template {
            writeln!(f, "Template: {template}")?;
        }
        write!(f, "Permanent fix: {}", change.trim().trim_end_matches('.'))?;
        if let Some(flags) = flags {
            write!(f, " (or `{flags}`)")?;
        }
        if let Some(upgrade) = upgrade {
            write!(f, ", or upgrade the chart to {upgrade} or later")?;
        }
        f.write_str(".")
    }
}
