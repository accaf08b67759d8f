//! Objects that kustomize makes from files and literals: `configMapGenerator` and `secretGenerator`.
//!
//! As kustomize does it (kubernetes-sigs/kustomize: api/kv/kv.go, api/internal/generators): a key is given once, a
//! literal may be in quotes, and a line of an env file without `=` takes its value from the environment.

use super::kustomization::texts;
use crate::gitops::field::Field;
use crate::gitops::files::Files;
use crate::gitops::keyed::of_literal;
use crate::gitops::path;
use crate::gitops::text::{Piece, Relation, Text};
use crate::kubernetes::{ObjectName, agree};
use crate::yaml::{Span, quoted};

/// The lists of generators, and the kinds that they produce.
const LISTS: [(&str, &str); 2] = [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")];

/// One item of these lists.
#[derive(Clone, Debug)]
pub(super) struct Generator {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) behavior: Behavior,
    sources: Vec<Source>,
    /// The kustomization that it is written in.
    file: String,
    span: Span,
}

/// What a generator does to an object that another one makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behavior {
    Create,
    Merge,
    Replace,
}

#[derive(Clone, Debug)]
enum Source {
    /// `key=value`; `None` if its text cannot be followed.
    Literal(Option<Text>),
    /// A file under a key, which may be its name.
    File { key: String, written: String, path: Option<String> },
    /// A file of `key=value` lines.
    Env { written: String, path: Option<String> },
}

/// The data of an object, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Made(Vec<(String, Datum)>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Datum {
    Text(Text),
    /// It is there, but is no text.
    Binary,
}

impl Generator {
    /// The generators of a kustomization.
    pub(super) fn all(root: &Field<'_>) -> Vec<Self> {
        let file = root.page().text.file().to_string();
        let items = LISTS.into_iter().flat_map(|(list, kind)| {
            let items = root.get(list).map(|list| list.items()).unwrap_or_default();
            items.into_iter().map(move |item| (kind, item))
        });
        let generator = |(kind, item): (&'static str, Field<'_>)| {
            Some(Self {
                kind,
                name: item.text_of("name")?.to_owned(),
                namespace: item.text_of("namespace").map(str::to_owned),
                behavior: match item.text_of("behavior") {
                    Some("merge") => Behavior::Merge,
                    Some("replace") => Behavior::Replace,
                    _ => Behavior::Create,
                },
                sources: sources(&item, path::parent(&file)),
                file: file.clone(),
                span: item.node().span(),
            })
        };
        items.filter_map(generator).collect()
    }

    /// The kustomization that it is written in.
    pub(super) fn place(&self) -> &str {
        &self.file
    }

    /// Whether it makes or changes an object that is referred to.
    pub(super) fn is_of(&self, object: &ObjectName) -> bool {
        self.kind == object.kind
            && self.name == object.name
            && agree(self.namespace.as_deref(), object.namespace.as_deref())
    }

    /// Whether it takes something from a file.
    pub(super) fn reads(&self, file: &str) -> bool {
        self.sources.iter().any(|source| match source {
            Source::File { path, .. } | Source::Env { path, .. } => path.as_deref() == Some(file),
            Source::Literal(_) => false,
        })
    }

    /// What is made if another generator changes it.
    pub(super) fn changed(&self, made: Made, files: &dyn Files) -> Result<Made, String> {
        let mut all = if self.behavior == Behavior::Merge { made } else { Made::default() };
        for (key, datum) in self.made(files)?.0 {
            match all.0.iter_mut().find(|(own, _)| *own == key) {
                Some((_, old)) => *old = datum,
                None => all.0.push((key, datum)),
            }
        }
        Ok(all)
    }

    /// What it makes; the reason if that is not known.
    pub(super) fn made(&self, files: &dyn Files) -> Result<Made, String> {
        let mut made = Made::default();
        for source in &self.sources {
            source.read(files, &mut made.0)?;
        }
        Ok(made)
    }

    /// The object as a document in which every line leads to where it is written.
    pub(super) fn object(&self, made: &Made) -> Text {
        let mut draft = Draft { content: String::new(), pieces: Vec::new(), span: self.span };
        draft.own(&format!("apiVersion: v1\nkind: {}\nmetadata:\n  name: {}\n", self.kind, quoted(&self.name)));
        if let Some(namespace) = &self.namespace {
            draft.own(&format!("  namespace: {}\n", quoted(namespace)));
        }
        let [texts, binary] = if self.kind == "Secret" { ["stringData", "data"] } else { ["data", "binaryData"] };
        draft.own(&format!("{texts}:\n"));
        for (key, datum) in &made.0 {
            if let Datum::Text(text) = datum {
                draft.entry(key, text, &self.file);
            }
        }
        draft.own(&format!("{binary}:\n"));
        for (key, _) in made.0.iter().filter(|(_, datum)| *datum == Datum::Binary) {
            // This is not base64, and so cannot be read.
            draft.own(&format!("  {}: \"*\"\n", quoted(key)));
        }
        Text::new(self.file.as_str().into(), &draft.content, draft.pieces)
    }
}

fn sources(item: &Field<'_>, folder: &str) -> Vec<Source> {
    let literals = item.get("literals").map(|list| list.items()).unwrap_or_default();
    let literals: Vec<Source> = literals.iter().map(|literal| Source::Literal(literal.inner_text())).collect();
    let files = texts(item, "files").into_iter().map(|written| {
        let (key, file) = written.split_once('=').unwrap_or((path::name(&written), &written));
        Source::File { key: key.to_owned(), path: path::join(folder, file), written: file.to_owned() }
    });
    let envs = texts(item, "envs").into_iter().chain(item.text_of("env").map(str::to_owned));
    let envs = envs.map(|written| Source::Env { path: path::join(folder, &written), written });
    literals.into_iter().chain(files).chain(envs).collect()
}

impl Source {
    /// Adds what it gives to the data of an object.
    fn read(&self, files: &dyn Files, data: &mut Vec<(String, Datum)>) -> Result<(), String> {
        match self {
            Self::Literal(text) => {
                let text = text.as_ref();
                let pair = text.and_then(|text| Some((text.as_str().split_once('=')?.0, of_literal(text)?)));
                let (key, value) = pair.ok_or("a literal cannot be read")?;
                data.push((key.to_owned(), Datum::Text(value)));
            }
            Self::File { key, written, path } => {
                let datum = match read(path.as_deref(), files) {
                    Some(text) => Datum::Text(text),
                    None if path.as_deref().is_some_and(|path| files.has(path)) => Datum::Binary,
                    None => return Err(format!("the file {written} is not in this repository")),
                };
                data.push((key.clone(), datum));
            }
            Self::Env { written, path } => {
                let text = read(path.as_deref(), files).ok_or_else(|| format!("the file {written} cannot be read"))?;
                variables(&text, written, data)?;
            }
        }
        Ok(())
    }
}

fn read(path: Option<&str>, files: &dyn Files) -> Option<Text> {
    let path = path?;
    Some(Text::of_file(path, &files.read(path)?))
}

/// The variables in an env file.
fn variables(text: &Text, written: &str, data: &mut Vec<(String, Datum)>) -> Result<(), String> {
    let mut start = 0;
    for line in text.as_str().split_inclusive('\n') {
        let end = start + line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line)).len();
        let own = Span::new(start, end).of(text.as_str());
        let own = if start == 0 { own.trim_start_matches('\u{feff}') } else { own }.trim_start();
        start += line.len();
        if own.is_empty() || own.starts_with('#') {
            continue;
        }
        let (key, value) = own
            .split_once('=')
            .ok_or_else(|| format!("{written} takes {own} from the environment that kustomize runs in"))?;
        let span = Span::new(end.saturating_sub(value.len()), end);
        let value = text.derive(value, &[Piece::new(0, span, Relation::Same)]);
        data.push((key.to_owned(), Datum::Text(value)));
    }
    Ok(())
}

/// A document that is being written.
struct Draft {
    content: String,
    pieces: Vec<Piece>,
    /// The generator.
    span: Span,
}

/// The indentation of the lines of a text.
const INDENT: &str = "    ";

impl Draft {
    /// Adds what is written nowhere.
    fn own(&mut self, written: &str) {
        self.pieces.push(Piece::new(self.content.len(), start_of(self.span), Relation::Written));
        self.content.push_str(written);
    }

    /// Adds what is written in a text. If it is written differently, only its start is told: it may be a secret, and what
    /// is around it is not to be shown.
    fn of(&mut self, written: &str, (text, span): (&Text, Span), own: &str) {
        let place = text.place(span);
        let is_same = place.is_exact && written.len() == place.span.len();
        let (relation, source) =
            if is_same { (Relation::Same, place.span) } else { (Relation::Written, start_of(place.span)) };
        let file = Some(place.file).filter(|file| **file != *own);
        self.pieces.push(Piece { file, ..Piece::new(self.content.len(), source, relation) });
        self.content.push_str(written);
    }

    /// Adds a key with its text, line by line if it can be written so.
    fn entry(&mut self, key: &str, text: &Text, file: &str) {
        let content = text.as_str();
        self.own(&format!("  {}: ", quoted(key)));
        if !has_plain_lines(content) {
            self.of(&quoted(content), (text, Span::new(0, content.len())), file);
            self.own("\n");
            return;
        }
        self.own(if content.ends_with('\n') { "|2+\n" } else { "|2-\n" });
        let mut start = 0;
        for line in content.split_inclusive('\n') {
            let end = start + line.len();
            if line != "\n" {
                self.own(INDENT);
            }
            self.of(line, (text, Span::new(start, end)), file);
            start = end;
        }
        if !content.ends_with('\n') {
            self.own("\n");
        }
    }
}

const fn start_of(span: Span) -> Span {
    Span::new(span.start, span.start)
}

/// Whether a text can be written as the lines of a block scalar, and is the same then.
fn has_plain_lines(text: &str) -> bool {
    let is_other =
        |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    text.chars().any(|c| !c.is_whitespace()) && !text.contains(is_other)
}
