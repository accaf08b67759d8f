//! The parts of a state file and of its bases.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::environment::Environment;
use super::template::{Kind, is_template, render};
use crate::gitops::field::{Field, Page};
use crate::gitops::path;
use crate::gitops::release::Values;
use crate::gitops::surroundings::Scope;
use crate::gitops::text::Text;
use crate::yaml::{ParseError, Span, split};

/// The limit for files, including bases of bases.
const MAX_FILES: usize = 50;

/// The limit for the environments of one file that are looked at.
const MOST_ENVIRONMENTS: usize = 32;

/// Everything that was read, for one environment.
pub(super) struct State {
    parts: Vec<Part>,
    pub(super) environment: Environment,
    pub(super) broken: Vec<ParseError>,
    files: Vec<String>,
    /// The values files of releases that have been rendered.
    rendered: RefCell<BTreeMap<Arc<str>, Text>>,
    /// Whether a part was a template.
    pub(super) is_template: bool,
}

/// A document: from the file itself, or as rendered from its template.
struct Part {
    text: Text,
    span: Span,
}

impl State {
    /// Reads a file once for each environment declared in it or in a file above it, or for `default` if there is none.
    /// Each environment has a number; only those that are wanted are read.
    pub(super) fn of_each(
        text: &Text,
        above: &[String],
        scope: &Scope<'_>,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Vec<(usize, Self)> {
        let first = Self::of(Environment::default(), text, scope);
        let mut names = first.environment.declared().to_vec();
        names.extend(above.iter().filter(|name| !first.environment.declared().contains(name)).cloned());
        match names.as_slice() {
            [] => vec![(0, first)],
            [only] if first.environment.name.as_ref() == Some(only) => vec![(0, first)],
            names if names.len() > MOST_ENVIRONMENTS => vec![(0, Self::of(Environment::any(), text, scope))],
            names => {
                let wanted = names.iter().enumerate().filter(|(number, _)| is_wanted(*number));
                wanted.map(|(number, name)| (number, Self::of(Environment::of_all(name, names), text, scope))).collect()
            }
        }
    }

    fn of(environment: Environment, text: &Text, scope: &Scope<'_>) -> Self {
        let (parts, broken, files) = (Vec::new(), Vec::new(), Vec::new());
        let rendered = RefCell::default();
        let mut state = Self { parts, environment, broken, files, rendered, is_template: false };
        state.load(text, scope);
        state
    }

    /// Reads a file; each part sees the environment of the preceding ones.
    fn load(&mut self, text: &Text, scope: &Scope<'_>) {
        if self.files.len() >= MAX_FILES || self.files.iter().any(|file| *file == **text.file()) {
            return;
        }
        self.files.push(text.file().to_string());
        for span in split(text.as_str().as_bytes()) {
            let mut part = self.part(text, span);
            let mut error = match Page::parse(&part.text, part.span) {
                Ok(page) => {
                    if let Some(page) = page {
                        self.take_in(&page.root(), scope);
                    }
                    None
                }
                Err(error) => Some(error),
            };
            // What a part says about the environment applies to the part itself too: helmfile renders it twice.
            if is_template(span.of(text.as_str())) {
                part = self.part(text, span);
                error = Page::parse(&part.text, part.span).err();
            }
            self.broken.extend(error.map(|error| located(error, &part, text)));
            self.parts.push(part);
        }
    }

    fn part(&mut self, text: &Text, span: Span) -> Part {
        if !is_template(span.of(text.as_str())) {
            return Part { text: text.clone(), span };
        }
        self.is_template = true;
        let text = render((text, span), Kind::State, &self.environment);
        Part { span: Span::new(0, text.as_str().len()), text }
    }

    /// Loads the bases, which come before the part that names them.
    fn take_in(&mut self, root: &Field<'_>, scope: &Scope<'_>) {
        for base in root.get("bases").map(|bases| bases.items()).unwrap_or_default() {
            if let Some(text) = base.text().and_then(|written| file(root, written, scope)) {
                self.load(&text, scope);
            }
        }
        let defaults = root.get("values");
        let environment = root.get("environments").and_then(|all| self.environment.declare(&all));
        if environment.as_ref().is_some_and(|environment| environment.get("secrets").is_some()) {
            self.environment.miss();
        }
        let lists = [defaults, environment.and_then(|environment| environment.get("values"))];
        for item in lists.into_iter().flatten().flat_map(|list| list.items()) {
            self.add(&item, root, scope);
        }
    }

    /// Adds values to the environment, from a tree or a file.
    fn add(&mut self, item: &Field<'_>, root: &Field<'_>, scope: &Scope<'_>) {
        if item.is_mapping() {
            self.environment.add(item.values());
            return;
        }
        match item.text().and_then(|written| file(root, written, scope)) {
            Some(text) => {
                let values = Values::of_text(self.rendered(text));
                self.environment.add(values);
            }
            None => self.environment.miss(),
        }
    }

    /// A values file of a release, rendered if it is a template: once for all releases that name it.
    pub(super) fn values_file(&self, text: Text) -> Text {
        if let Some(rendered) = self.rendered.borrow().get(text.file()) {
            return rendered.clone();
        }
        let file = Arc::clone(text.file());
        let rendered = self.rendered(text);
        self.rendered.borrow_mut().insert(file, rendered.clone());
        rendered
    }

    /// A values file, rendered if it is a template.
    fn rendered(&self, text: Text) -> Text {
        if text.file().ends_with(".gotmpl") && is_template(text.as_str()) {
            render((&text, Span::new(0, text.as_str().len())), Kind::Values, &self.environment)
        } else {
            text
        }
    }

    /// The documents of all parts, in the order in which they are merged.
    pub(super) fn pages(&self) -> Vec<Page<'_>> {
        self.parts.iter().filter_map(|part| Page::parse(&part.text, part.span).ok().flatten()).collect()
    }
}

/// The paths by which a helmfile names others: files, folders and patterns.
pub(super) fn helmfiles(pages: &[Page<'_>]) -> Vec<String> {
    let lists = pages.iter().filter_map(|page| page.root().get("helmfiles"));
    let items = lists.flat_map(|list| list.items());
    let paths = items.filter_map(|item| {
        let written = item.text().or(item.text_of("path"))?;
        path::join(path::parent(item.page().text.file()), written)
    });
    paths.collect()
}

fn file(root: &Field<'_>, written: &str, scope: &Scope<'_>) -> Option<Text> {
    let path = path::join(path::parent(root.page().text.file()), written)?;
    Some(Text::of_file(&path, &scope.files().read(&path)?))
}

/// An error, mapped to its position in the file and marked as that of a template.
fn located(error: ParseError, part: &Part, text: &Text) -> ParseError {
    if part.text.is_file() && part.text.file() == text.file() {
        return error;
    }
    let place = part.text.place(Span::new(error.offset, error.offset));
    let message = format!("this template cannot be read without running it: {}", error.message);
    ParseError { message, offset: place.span.start }
}
