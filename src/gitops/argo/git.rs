//! The parameters of a `git` generator, from folders and files in this repository.

use super::parameters::{Given, Parameters};
use crate::gitops::field::{Field, Page};
use crate::gitops::path;
use crate::gitops::surroundings::Scope;
use crate::gitops::text::Text;
use crate::helm::Glob;
use crate::yaml::Span;

/// The parameter sets of a generator; `None` if nothing in this repository matches.
pub(super) fn sets(generator: &Field<'_>, scope: &Scope<'_>) -> Option<Vec<Parameters>> {
    let git = Git { generator, scope };
    let sets: Vec<Parameters> = match generator.get("directories") {
        Some(directories) => git.folders(&directories)?.into_iter().map(|path| git.folder(path)).collect(),
        None => git.files(&generator.get("files")?)?.iter().flat_map(|path| git.file(path)).collect(),
    };
    (!sets.is_empty()).then_some(sets)
}

struct Git<'g> {
    generator: &'g Field<'g>,
    scope: &'g Scope<'g>,
}

/// Selects paths that match some pattern, and none that is excluded.
struct Patterns {
    globs: Vec<(Glob, bool)>,
}

impl Patterns {
    /// `None` if a pattern goes beyond Go's glob syntax, which stays within one folder.
    fn read(items: &Field<'_>, of: impl Fn(&str) -> &str) -> Option<Self> {
        let pattern = |item: &Field<'_>| {
            let path = item.text_of("path").filter(|path| !path.contains("**"))?;
            Some((Glob::new(of(path)).ok()?, item.is_true("exclude")))
        };
        Some(Self { globs: items.items().iter().map(pattern).collect::<Option<_>>()? })
    }

    fn choose(&self, path: &str) -> bool {
        let fits = |is_out: bool| self.globs.iter().any(|(glob, out)| *out == is_out && glob.matches(path));
        !path.is_empty() && fits(false) && !fits(true)
    }
}

impl<'g> Git<'g> {
    fn folders(&self, items: &Field<'_>) -> Option<Vec<&'g str>> {
        let patterns = Patterns::read(items, |path| path)?;
        Some(self.scope.folders().iter().map(String::as_str).filter(|path| patterns.choose(path)).collect())
    }

    fn files(&self, items: &Field<'_>) -> Option<Vec<String>> {
        let (patterns, folders) = (Patterns::read(items, |path| path)?, Patterns::read(items, path::parent)?);
        let is_near = |folder: &&String| folders.globs.iter().any(|(glob, _)| glob.matches(folder));
        let near = self.scope.folders().iter().filter(is_near);
        let paths = near.flat_map(|folder| {
            let names = self.scope.files().list(folder).into_iter();
            names.filter_map(|name| path::join(folder, &name)).collect::<Vec<_>>()
        });
        Some(paths.filter(|path| patterns.choose(path)).collect())
    }

    /// Gives a parameter about a path, under the generator's prefix.
    fn give(&self, set: &mut Parameters, name: &str, text: &str) {
        let prefix = self.generator.text_of("pathParamPrefix").map(|prefix| format!("{prefix}.")).unwrap_or_default();
        let given = Given { text: text.to_owned(), span: self.generator.node().span(), file: None };
        set.give(format!("{prefix}{name}"), given);
    }

    /// The parameters of a folder, plus the generator's own.
    fn folder(&self, folder: &str) -> Parameters {
        let mut set = Parameters::default();
        path::name(folder).clone_into(&mut set.label);
        let mut give = |name: &str, text: &str| self.give(&mut set, name, text);
        for name in ["path", "path.path"] {
            give(name, folder);
        }
        give("path.basename", path::name(folder));
        give("path.basenameNormalized", &normalized(path::name(folder)));
        for (number, part) in folder.split('/').enumerate() {
            give(&format!("path[{number}]"), part);
        }
        if let Some(values) = self.generator.get("values") {
            set.add(&values, "values.");
        }
        set
    }

    /// The parameters in a file: one set, or one per item of a list.
    fn file(&self, file: &str) -> Vec<Parameters> {
        let Some(content) = self.scope.files().read(file) else { return Vec::new() };
        let text = Text::of_file(file, &content);
        let Ok(Some(page)) = Page::parse(&text, Span::new(0, content.len())) else { return Vec::new() };
        let root = page.root();
        let objects = if root.is_mapping() { vec![root] } else { root.items() };
        let set = |object: &Field<'_>| {
            let mut set = self.folder(path::parent(file));
            self.give(&mut set, "path.filename", path::name(file));
            self.give(&mut set, "path.filenameNormalized", &normalized(path::name(file)));
            set.add(object, "");
            set
        };
        objects.iter().map(set).collect()
    }
}

/// A name with the characters of a host name, as Argo CD makes it.
fn normalized(name: &str) -> String {
    name.replace(['_', '.'], "-")
}
