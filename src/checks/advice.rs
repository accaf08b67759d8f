//! What can be done about a server that never purges or does not start, worded in one place.

use std::fmt;

/// Said where no value of a chart, named as in `the PostHog chart`, makes its server purge.
pub(crate) fn no_value(chart: &str) -> String {
    format!("none of {chart}'s values controls the setting")
}

/// Said of a server for which it is unknown what it does.
pub(crate) fn undecided(because: Option<&str>) -> String {
    format!("cannot be decided: {}", because.unwrap_or("its setting is not visible here"))
}

/// How a server has to change.
#[derive(Debug)]
pub(crate) struct Advice {
    /// Whether a setting is known that makes it purge.
    pub is_known: bool,
    /// What else a fix affects.
    pub others: Option<String>,
    /// The permanent fix; nothing if the fix itself is permanent.
    pub permanent: Option<Permanent>,
    /// What to know about a fix that is not permanent, and about what restarts: a paragraph each.
    pub effects: Vec<String>,
    /// How to free a disk that is already full, if known.
    pub relief: Option<String>,
}

/// A change that survives the next upgrade.
#[derive(Debug)]
pub(crate) struct Permanent {
    /// The template that the manifest was rendered from.
    pub template: Option<String>,
    /// What to do: `set ZOO_AUTOPURGE_INTERVAL to 1 where this manifest is kept`.
    pub change: String,
    /// Helm options that do the same.
    pub flags: Option<String>,
    /// The first chart version that needs no change.
    pub upgrade: Option<String>,
}

impl Advice {
    /// The consequence, and what to do: a paragraph each.
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
