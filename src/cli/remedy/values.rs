//! Values for charts and releases that are not rendered yet.

use super::given::{Chart, Unrendered};
use super::{Remedy, RemedyArgs, RemedyError, Shape, stream_of};
use crate::charts::SetArgument;
use crate::lint::{Said, Setting, ValuesCure};
use crate::printable::shell_word;
use crate::remedy::{Page, Settings, file, flux_values};

/// The kind of Flux's release objects.
const HELM_RELEASE: &str = "HelmRelease";

/// The values that cure charts and releases; `None` if they have no server.
pub(super) fn remedy(args: &RemedyArgs, mut all: Unrendered) -> Result<Option<Remedy>, RemedyError> {
    let is_other = |one: &&Chart| !args.shape.takes(one.cures.kind.as_deref());
    if let Some(one) = all.charts.iter().find(is_other) {
        let (path, title) = (one.path.clone(), one.cures.title.clone());
        return Err(RemedyError::NotRendered { path, title, shape: args.shape });
    }
    tell_apart(&mut all.charts);
    let servers: usize = all.charts.iter().map(|one| one.cures.servers).sum();
    let remedy = Remedy { left: all.beside, ..Remedy::default() };
    let is_empty = servers == 0 && remedy.left.is_empty();
    let mut written = Written { shape: args.shape, remedy, files: Vec::new(), lines: Vec::new() };
    all.charts.iter().for_each(|one| written.add(one));
    Ok((!is_empty).then(|| written.done()))
}

/// Adds the path to titles that occur more than once.
fn tell_apart(charts: &mut [Chart]) {
    let titles: Vec<String> = charts.iter().map(|one| one.cures.title.clone()).collect();
    for one in charts {
        if titles.iter().filter(|title| **title == one.cures.title).count() > 1 {
            one.cures.title = format!("{} in {}", one.cures.title, one.path.display());
        }
    }
}

impl Shape {
    /// Whether it can be made for charts and releases.
    pub(super) fn is_of_values(self) -> bool {
        matches!(self, Self::Values | Self::Set | Self::Flux)
    }

    /// Whether it can be made for a chart (`None`) or for a release object of this kind.
    fn takes(self, kind: Option<&str>) -> bool {
        self.is_of_values() && (self != Self::Flux || kind == Some(HELM_RELEASE))
    }
}

/// What has been written so far.
struct Written {
    shape: Shape,
    remedy: Remedy,
    files: Vec<Page>,
    /// Lines of `--set` options, each with the title of its chart or release.
    lines: Vec<(String, String)>,
}

impl Written {
    fn add(&mut self, one: &Chart) {
        let title = &one.cures.title;
        let (mut values, mut words) = (Vec::<Setting>::new(), Vec::<SetArgument>::new());
        for cure in &one.cures.cures {
            let said = match self.shape {
                Shape::Set => take(cure, title, &cure.words, &mut words),
                _ => take(cure, title, &cure.file, &mut values),
            };
            self.remedy.left.extend(said);
        }
        self.remedy.left.extend(one.cures.unknown.iter().map(|server| format!("{title}: {server}")));
        if !values.is_empty() {
            let settings = Settings { of: title.clone(), values };
            self.files.push(if self.shape == Shape::Flux { flux_values(&settings) } else { file(&settings) });
        }
        if !words.is_empty() {
            let quoted = |word: &SetArgument| SetArgument { assignment: shell_word(&word.assignment), ..*word };
            let words: Vec<String> = words.iter().map(|word| quoted(word).to_string()).collect();
            self.lines.push((title.clone(), words.join(" ")));
        }
    }

    fn done(self) -> Remedy {
        let Self { mut remedy, files, lines, .. } = self;
        let words: String = lines.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect();
        remedy.text = stream_of(&files) + &words;
        if lines.len() > 1 {
            let titles = lines.iter().map(|(title, _)| title);
            remedy.hints.extend((1..).zip(titles).map(|(line, title)| format!("line {line} is for {title}")));
        }
        remedy.or_nothing_to_do()
    }
}

/// Adds the settings of a cure in one shape; returns what the cure lacks, if anything.
fn take<T: Clone>(
    cure: &ValuesCure,
    title: &str,
    shape: &Result<Said<Vec<T>>, String>,
    all: &mut Vec<T>,
) -> Option<String> {
    let server = &cure.server;
    match shape {
        Ok(said) => {
            all.extend(said.what.iter().cloned());
            said.lacks_retain.then(|| format!("{title}: {server}: no known value sets its retain count"))
        }
        Err(reason) => Some(format!("{title}: {server}: {reason}")),
    }
}
