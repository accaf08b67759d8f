//! Releases that Helm cannot install: their chart in the repository is broken or rejects the values.

use super::Case;
use crate::gitops::Presence;
use crate::helm::{Chart, HelmError, Place, Sources, coalesce};
use crate::lint::unreadable;
use crate::lint::values::{FileLocation, ValuesOrigin};
use crate::report::{Finding, Source};

/// What Helm rejects, and where in the release's files.
pub(super) struct Refusal {
    location: FileLocation,
    message: String,
    help: &'static str,
}

impl Case<'_> {
    /// What Helm rejects about the release, so that it is unknown which servers it should run.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        if matches!(self.release.presence, Presence::Absent(_)) {
            return None;
        }
        match self.chart.as_ref()? {
            Ok((chart, sources)) => self.refusal_of_values(chart, sources),
            Err(error) => {
                let message = format!("cannot read its chart: {error}");
                Some(Refusal { location: self.nearest(&[]), message, help: error.help() })
            }
        }
    }

    fn refusal_of_values(&self, chart: &Chart, sources: &Sources) -> Option<Refusal> {
        let error = coalesce(chart, &self.layers.values, self.helm, sources).err()?;
        let help = error.help();
        Some(match self.location_of(&error, sources) {
            Some(location) => Refusal { location, message: format!("Helm rejects this value: {}", error.fault), help },
            None => Refusal { location: self.nearest(&[]), message: format!("Helm rejects its values: {error}"), help },
        })
    }

    /// Where in the release's layers the rejected text is; `None` if it is in the chart.
    fn location_of(&self, error: &HelmError, sources: &Sources) -> Option<FileLocation> {
        let source = sources.iter().position(|source| Some(&source.origin) == error.origin.as_ref())?;
        self.location(Place { source, span: error.at?.span })
    }
}

impl Refusal {
    /// The finding about it.
    pub(super) fn finding(&self, title: &str) -> Finding {
        let Self { location, message, help } = self;
        let message = format!("{title}: {message}");
        match location.span {
            Some(span) => unreadable::at(&Source::new(&location.path, &location.text), span.start, &message, help),
            None => unreadable::about(&location.path, &message, help),
        }
    }

    /// The same as a single line.
    pub(super) fn describe(&self, title: &str) -> String {
        let line = self.location.position().map(|position| format!(", line {}", position.line));
        format!("{title}{}: {}", line.unwrap_or_default(), self.message)
    }
}
