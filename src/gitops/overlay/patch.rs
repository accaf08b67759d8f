//! Patches, and whatever else changes objects, as kustomizations and other tools name them.

use std::collections::BTreeSet;

use super::images::NewImage;
use super::kustomization::{texts, with_root};
use super::selector::Selector;
use super::tree::Tree;
use crate::gitops::field::{Field, Page};
use crate::gitops::files::Files;
use crate::gitops::path;
use crate::gitops::text::Text;
use crate::yaml::{Kind, Span, split};

/// A patch and its target.
#[derive(Debug)]
pub(super) struct Patch {
    pub(super) selector: Selector,
    pub(super) body: Body,
    /// The name shown to users.
    pub(super) at: String,
}

impl Patch {
    /// A patch, or a component with patches, that is not in the repository.
    pub(super) fn unseen(at: &str) -> Self {
        let body = Body::unknown("it is not in this repository");
        Self { selector: Selector::default(), body, at: at.to_owned() }
    }

    /// The same where something in it is filled in later.
    fn filled_in(self) -> Self {
        Self { body: Body::FilledIn(Box::new(self.body)), ..self }
    }
}

/// The content of a patch.
#[derive(Debug)]
pub(super) enum Body {
    /// An object to merge into the target, and where it is written.
    Merge(Tree, Written),
    /// Operations of RFC 6902.
    Operations(Tree),
    /// Images that take the place of others.
    Images(Vec<NewImage>),
    /// One of these of which something is filled in later.
    FilledIn(Box<Self>),
    /// Something that is not followed.
    Unknown {
        why: String,
        /// The paths that it changes; the empty one is that of the whole object.
        paths: Vec<Vec<String>>,
    },
}

impl Body {
    /// Something that may change anything.
    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown { why: why.into(), paths: vec![Vec::new()] }
    }
}

/// Where a patch is written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) text: Text,
    pub(super) document: Span,
    pub(super) pointer: String,
}

/// Reads the patches that a kustomization names.
pub(super) struct Reader<'a> {
    pub(super) folder: &'a str,
    pub(super) files: &'a dyn Files,
    /// The files that were read, and those that were looked for.
    pub(super) read: &'a mut BTreeSet<String>,
}

impl Reader<'_> {
    /// The patches in a list of the kustomization.
    pub(super) fn patches_of(&mut self, root: &Field<'_>, list: &str) -> Vec<Patch> {
        let items = root.get(list).map(|list| list.items()).unwrap_or_default();
        items.iter().flat_map(|item| self.patches(item)).collect()
    }

    /// An item of a list of patches: a path, an inline text, or either of them under a key, next to a target. Other tools
    /// write operations and objects as they are.
    fn patches(&mut self, item: &Field<'_>) -> Vec<Patch> {
        let target = item.get("target").map(|target| Selector::of_target(&target));
        let inline = item.get("patch").or_else(|| Some(item.clone()).filter(|item| is_inline(item.text())));
        let named = item.text_of("path").or_else(|| item.text());
        let (at, text) = match (inline, named) {
            (Some(inline), _) if inline.text().is_none() => return inline_patches(&inline, target.as_ref()),
            (Some(inline), _) => (inline.way().to_owned(), inline.inner_text()),
            (None, Some(named)) => (named.to_owned(), self.text(named)),
            // A target alone is no patch.
            (None, None) if target.is_some() => return Vec::new(),
            (None, None) => return inline_patches(item, None),
        };
        let Some(text) = text else {
            return vec![Patch { selector: target.unwrap_or_default(), ..Patch::unseen(&at) }];
        };
        let spans = split(text.as_str().as_bytes()).into_iter();
        let patches = spans.flat_map(|span| patches_in(&text, span, target.as_ref(), &at));
        let is_known = text.is_known();
        patches.map(|patch| if is_known { patch } else { patch.filled_in() }).collect()
    }

    /// The images that the kustomization replaces.
    pub(super) fn images(root: &Field<'_>) -> Option<Patch> {
        let list = root.get("images")?;
        let at = list.way().to_owned();
        Some(Patch { selector: Selector::default(), body: Body::Images(new_images(&list)?), at })
    }

    fn text(&mut self, written: &str) -> Option<Text> {
        let path = path::join(self.folder, written)?;
        self.read.insert(path.clone());
        Some(Text::of_file(&path, &self.files.read(&path)?))
    }

    /// What replacements write into: each is given here, or in a file that holds one or more.
    pub(super) fn replacements(&mut self, root: &Field<'_>) -> Vec<Patch> {
        let replaced_by = |replacement: &Field<'_>| -> Vec<Patch> {
            let targets = replacement.get("targets").map(|targets| targets.items()).unwrap_or_default();
            targets.iter().filter_map(replaced).collect()
        };
        let items = root.get("replacements").map(|list| list.items()).unwrap_or_default();
        let patches = items.iter().flat_map(|item| {
            let Some(path) = item.text_of("path") else { return replaced_by(item) };
            let read = self.text(path).and_then(|text| {
                with_root(&text, |root| {
                    let items = if root.is_mapping() { vec![root.clone()] } else { root.items() };
                    items.iter().flat_map(replaced_by).collect::<Vec<_>>()
                })
            });
            read.unwrap_or_else(|| {
                let body = Body::unknown("it cannot be read");
                vec![Patch { selector: Selector::default(), body, at: path.to_owned() }]
            })
        });
        patches.collect()
    }

    /// Transformers with a configuration of their own, but for those that change nothing that a server reads.
    pub(super) fn transformers(&mut self, root: &Field<'_>) -> Vec<Patch> {
        let items = root.get("transformers").map(|list| list.items()).unwrap_or_default();
        let unknown = items.iter().filter_map(|item| {
            let written = item.text()?;
            let text = if is_inline(Some(written)) { item.inner_text() } else { self.text(written) };
            let is_harmless = text.is_some_and(|text| {
                let spans = split(text.as_str().as_bytes()).into_iter();
                let mut kinds = spans.map(|span| {
                    Page::parse(&text, span).ok().flatten().map(|page| is_harmless_transformer(&page.root()))
                });
                kinds.all(|is_harmless| is_harmless == Some(true))
            });
            let body = Body::unknown("transformers are not supported");
            let patch = Patch { selector: Selector::default(), body, at: item.way().to_owned() };
            (!is_harmless).then_some(patch)
        });
        unknown.collect()
    }
}

/// The images of a list of `images`.
pub(super) fn new_images(list: &Field<'_>) -> Option<Vec<NewImage>> {
    Some(NewImage::all(Tree::of(list.node(), list.page().text)?))
}

/// Whether a transformer changes nothing that a server reads.
pub(in crate::gitops) fn is_harmless_transformer(transformer: &Field<'_>) -> bool {
    transformer.text_of("kind").is_some_and(|kind| HARMLESS_TRANSFORMERS.contains(&kind))
}

/// Transformers of kustomize's own that change names, labels and numbers of replicas.
const HARMLESS_TRANSFORMERS: [&str; 7] = [
    "AnnotationsTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "ReplicaCountTransformer",
    "SuffixTransformer",
];

/// The patches in a document: its operations or its objects.
pub(super) fn patches_in(text: &Text, span: Span, target: Option<&Selector>, at: &str) -> Vec<Patch> {
    match Page::parse(text, span) {
        Ok(Some(page)) => {
            let root = page.root();
            let objects = if root.is_mapping() { page.objects() } else { vec![root] };
            objects.iter().filter_map(|object| patch_of(object, target, at)).collect()
        }
        Ok(None) => Vec::new(),
        Err(error) => {
            let body = Body::unknown(format!("cannot read it: {}", error.message));
            vec![Patch { selector: target.cloned().unwrap_or_default(), body, at: at.to_owned() }]
        }
    }
}

/// The patch that a node is: operations, or an object.
fn patch_of(node: &Field<'_>, target: Option<&Selector>, at: &str) -> Option<Patch> {
    let page = node.page();
    let tree = Tree::of(node.node(), page.text).ok_or_else(|| Body::unknown("it is too large"));
    let at = at.to_owned();
    if node.node().kind() == Kind::Sequence {
        // Without a target, nothing is built.
        return Some(Patch { selector: target?.clone(), body: tree.map_or_else(|body| body, Body::Operations), at });
    }
    let selector = target.cloned().or_else(|| Selector::of_patch(node))?;
    let written = Written { text: page.text.clone(), document: page.span, pointer: node.pointer().to_owned() };
    let body = tree.map_or_else(|body| body, |tree| Body::Merge(tree, written));
    Some(Patch { selector, body, at })
}

/// A patch that is written as it is, rather than as a text.
fn inline_patches(node: &Field<'_>, target: Option<&Selector>) -> Vec<Patch> {
    patch_of(node, target, node.way()).into_iter().collect()
}

/// Patches that are given in a list of another tool, which reads no files.
pub(super) fn given(items: &[Field<'_>]) -> Vec<Patch> {
    let mut read = BTreeSet::new();
    let mut reader = Reader { folder: "", files: &(), read: &mut read };
    let patches = items.iter().flat_map(|item| {
        let patches = reader.patches(item);
        let unread = patches.is_empty().then(|| {
            let body = Body::unknown("it does not say what it is for");
            Patch { selector: Selector::default(), body, at: item.way().to_owned() }
        });
        patches.into_iter().chain(unread)
    });
    patches.collect()
}

/// What a replacement writes into, which is not followed.
fn replaced(target: &Field<'_>) -> Option<Patch> {
    let paths = texts(target, "fieldPaths");
    let paths = paths.iter().map(|path| steps(path)).collect();
    let body = Body::Unknown { why: "replacements are not supported".to_owned(), paths };
    Some(Patch { selector: Selector::of_target(&target.get("select")?), body, at: target.way().to_owned() })
}

/// The steps of `spec.template.spec.containers.[name=zk].image`; a dot that is part of a step is escaped.
fn steps(path: &str) -> Vec<String> {
    let hidden = path.replace("\\.", "\0");
    hidden.split('.').map(|step| step.replace('\0', ".")).collect()
}

/// Whether an item of `patchesStrategicMerge` is an inline patch rather than a path.
fn is_inline(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.contains(['\n', '{']) || text.contains(": "))
}
