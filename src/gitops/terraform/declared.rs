//! What Terraform files declare. A folder of them is read once, whichever of its files is being looked at.

use std::collections::{BTreeSet, HashMap};

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use crate::gitops::files::Files;
use crate::gitops::path;

/// What one file declares; empty if it cannot be read.
#[derive(Default)]
pub(in crate::gitops) struct Declared {
    pub(in crate::gitops) path: String,
    /// Whether it cannot be read.
    pub(super) is_broken: bool,
    pub(super) has_variables: bool,
    /// Defaults of variables.
    variables: HashMap<String, Expression>,
    locals: HashMap<String, Expression>,
    /// Values assigned to variables, in files that Terraform loads automatically.
    assigned: HashMap<String, Expression>,
    /// The modules of this repository that it calls.
    pub(super) calls: Vec<Call>,
}

/// A call of a module in a folder of this repository.
pub(super) struct Call {
    pub(super) name: String,
    /// The folder, below the repository's root.
    pub(super) folder: String,
    /// The arguments for the module's variables.
    pub(super) arguments: HashMap<String, Expression>,
}

impl Declared {
    /// The declarations in a folder's files, ordered by name.
    pub(in crate::gitops) fn read_folder(folder: &str, files: &dyn Files) -> Vec<Self> {
        let names = files.list(folder).into_iter().filter(|name| super::is_terraform(name) || is_loaded(name));
        names.filter_map(|name| Some(Self::read(&path::join(folder, &name)?, files))).collect()
    }

    /// The folders that call each folder as a module, by the called folder.
    pub(in crate::gitops) fn callers(folders: &[String], files: &dyn Files) -> HashMap<String, BTreeSet<String>> {
        let mut callers: HashMap<String, BTreeSet<String>> = HashMap::new();
        for folder in folders {
            let names = files.list(folder).into_iter().filter(|name| super::is_terraform(name));
            for path in names.filter_map(|name| path::join(folder, &name)) {
                let text = files.read(&path).filter(|text| may_call(text));
                let body = text.and_then(|text| hcl_edit::parser::parse_body(&text).ok());
                for call in body.iter().flat_map(|body| Self::of(&path, body).calls) {
                    callers.entry(call.folder).or_default().insert(folder.clone());
                }
            }
        }
        callers
    }

    pub(in crate::gitops) fn read(path: &str, files: &dyn Files) -> Self {
        let body = files.read(path).and_then(|text| hcl_edit::parser::parse_body(&text).ok());
        // A broken file may become valid when it changes.
        Self { is_broken: body.is_none(), ..Self::of(path, &body.unwrap_or_default()) }
    }

    pub(super) fn of(path: &str, body: &Body) -> Self {
        let mut declared = Self { path: path.to_owned(), ..Self::default() };
        if is_loaded(path::name(path)) {
            declared.assigned = attributes(body).collect();
            return declared;
        }
        // Duplicate declarations are an error in Terraform: the first one counts here.
        declared.has_variables = body.get_blocks("variable").next().is_some();
        for block in body.get_blocks("variable") {
            let default = block.body.get_attribute("default");
            if let Some((name, default)) = block.labels.first().zip(default) {
                declared.variables.entry(name.as_str().to_owned()).or_insert_with(|| default.value.clone());
            }
        }
        declared.calls = body.get_blocks("module").filter_map(|block| Call::read(block, path)).collect();
        for (name, value) in body.get_blocks("locals").flat_map(|block| attributes(&block.body)) {
            declared.locals.entry(name).or_insert(value);
        }
        declared
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Expression> {
        self.variables.get(name)
    }

    pub(super) fn local(&self, name: &str) -> Option<&Expression> {
        self.locals.get(name)
    }

    pub(super) fn assigned(&self, name: &str) -> Option<&Expression> {
        self.assigned.get(name)
    }
}

impl Call {
    fn read(block: &Block, path: &str) -> Option<Self> {
        let source = block.body.get_attribute("source")?.value.as_str()?;
        let is_local = source.starts_with("./") || source.starts_with("../");
        let folder = is_local.then(|| path::join(path::parent(path), source)).flatten()?;
        let name = block.labels.first()?.as_str().to_owned();
        Some(Self { name, folder, arguments: attributes(&block.body).collect() })
    }
}

/// Whether a text may call a module in a folder, as far as can be told without parsing it.
fn may_call(text: &str) -> bool {
    text.contains("module") && (text.contains("\"./") || text.contains("\"../"))
}

fn attributes(body: &Body) -> impl Iterator<Item = (String, Expression)> + '_ {
    body.attributes().map(|attribute| (attribute.key.as_str().to_owned(), attribute.value.clone()))
}

fn is_loaded(name: &str) -> bool {
    name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
}
