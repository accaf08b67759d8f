//! What `helm template` is given besides the chart.

use std::io;
use std::sync::Arc;

use super::chart::read_values;
use super::set::{Argument, SetFlag, set};
use super::value::merge_over;
use super::{Data, Fault, HelmError, HelmVersion, Origin, Place, Sources, Value};
use crate::yaml::Span;

/// The release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseOptions {
    /// Its name; `helm template` has a default.
    pub name: Option<String>,
    /// `-n`, `--namespace`
    pub namespace: Option<String>,
    /// `--kube-version`
    pub kube_version: Option<String>,
    /// Its values.
    pub values: ValuesOptions,
}

/// Flags that set values, each with its arguments in the order in which they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuesOptions {
    /// `-f`, `--values`: paths, possibly several separated by commas; `-` is standard input.
    pub files: Vec<String>,
    /// `--set-json`
    pub json: Vec<String>,
    /// `--set`
    pub typed: Vec<String>,
    /// `--set-string`
    pub texts: Vec<String>,
    /// `--set-file`
    pub from_files: Vec<String>,
    /// `--set-literal`
    pub literals: Vec<String>,
    /// What `-` stands for, once standard input has been read.
    pub input: Option<Arc<[u8]>>,
}

/// Reads a file by the path that was typed.
pub type Read<'r> = dyn FnMut(&str) -> io::Result<Vec<u8>> + 'r;

impl ReleaseOptions {
    /// The name, or the default of `helm template`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("release-name")
    }

    /// The namespace, or Helm's default.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("default")
    }
}

impl ValuesOptions {
    /// Whether nothing was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// All of them laid over each other in Helm's order: files, then JSON, then the others. Files and flags become
    /// sources.
    pub fn values(&self, helm: HelmVersion, sources: &mut Sources, read: &mut Read<'_>) -> Result<Value, HelmError> {
        let (mut values, mut files) = (Value::empty(), Files { sources, read, input: self.input.as_ref() });
        for path in self.files.iter().flat_map(|files| split(files)) {
            let number = files.open(&path)?;
            if let Some(source) = files.sources.get(number) {
                values = merge_over(&values, read_values(source, number, helm)?);
            }
        }
        for flag in SetFlag::ALL {
            let arguments = self.arguments(flag);
            for (at, argument) in arguments.iter().enumerate() {
                let origin = Origin::Flag(flag_name(flag, at, arguments.len()));
                let number = files.sources.add(origin, argument.as_bytes());
                let Some(source) = files.sources.get(number).cloned() else { continue };
                let argument = Argument { flag, number, source: &source };
                set(&mut values, argument, helm, &mut |path| files.content(path))?;
            }
        }
        Ok(values)
    }

    /// Whether they are read from standard input, as a whole or in part.
    #[must_use]
    pub fn need_input(&self) -> bool {
        let set = self.from_files.iter().flat_map(|argument| argument.split(','));
        let set = set.filter_map(|one| one.split_once('=')).map(|(_, path)| path.to_owned());
        self.files.iter().flat_map(|files| split(files)).chain(set).any(|path| is_input(&path))
    }

    fn arguments(&self, flag: SetFlag) -> &[String] {
        match flag {
            SetFlag::Json => &self.json,
            SetFlag::Typed => &self.typed,
            SetFlag::Text => &self.texts,
            SetFlag::File => &self.from_files,
            SetFlag::Literal => &self.literals,
        }
    }
}

/// The name of a flag, with its number if there are several of the kind. Does not include what it sets, which may be
/// secret.
fn flag_name(flag: SetFlag, at: usize, count: usize) -> String {
    let name = flag.name();
    if count > 1 { format!("{name} ({} of {count})", at.saturating_add(1)) } else { name.to_owned() }
}

/// Reads files, which become sources.
struct Files<'a, 'r> {
    sources: &'a mut Sources,
    read: &'a mut Read<'r>,
    input: Option<&'a Arc<[u8]>>,
}

impl Files<'_, '_> {
    /// The index of the source that a file becomes.
    fn open(&mut self, path: &str) -> Result<usize, HelmError> {
        if let Some(text) = self.input.filter(|_| is_input(path)) {
            return Ok(self.sources.add(standard_input(), Arc::clone(text)));
        }
        let origin = if is_input(path) { standard_input() } else { Origin::File(path.into()) };
        if path.contains("://") {
            return Err(HelmError::of(origin, Fault::Remote));
        }
        match (self.read)(path) {
            Ok(text) => Ok(self.sources.add(origin, text)),
            Err(error) => Err(HelmError::of(origin, Fault::Unreadable(error.to_string()))),
        }
    }

    /// What a file contains, as the value that `--set-file` sets.
    fn content(&mut self, path: &str) -> Result<Value, String> {
        let source = self.open(path).map_err(|error| error.to_string())?;
        let text = self.sources.get(source).map(|source| String::from_utf8_lossy(&source.text).into_owned());
        let text = text.unwrap_or_default();
        let place = Place { source, span: Span::new(0, text.len()) };
        Ok(Value::new(Data::Text(text.into()), Some(place)))
    }
}

/// Whether a path stands for standard input. Helm trims it, too.
fn is_input(path: &str) -> bool {
    path.trim() == "-"
}

fn standard_input() -> Origin {
    Origin::Named("standard input".to_owned())
}

/// Splits comma-separated paths; those that contain commas are in double quotes, as in CSV.
fn split(files: &str) -> Vec<String> {
    let mut paths = vec![String::new()];
    let mut is_quoted = false;
    for character in files.chars() {
        match (character, paths.last_mut()) {
            ('"', _) => is_quoted = !is_quoted,
            (',', _) if !is_quoted => paths.push(String::new()),
            (_, Some(path)) => path.push(character),
            (_, None) => {}
        }
    }
    paths
}
