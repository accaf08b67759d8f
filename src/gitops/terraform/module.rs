//! The variables and locals of a folder.

use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;

use super::budget::Budget;
use super::called::{Called, Given};
use super::declared::Declared;
use crate::gitops::path;
use crate::gitops::surroundings::Scope;

/// A folder of Terraform files, as it is or as called.
pub(super) struct Module {
    declared: Declared,
    /// All files of the folder, including the one being read.
    folder_declares: Arc<Vec<Arc<Declared>>>,
    folder: String,
    /// The call, if there is one.
    pub(super) called: Option<Called>,
    pub(super) budget: Budget,
}

impl Module {
    /// The folder of a file that is read.
    pub(super) fn new(own: &Body, called: Option<Called>, scope: &Scope<'_>) -> Self {
        let folder = path::parent(scope.path());
        Self { declared: Declared::of(scope.path(), own), ..Self::of_folder(folder, called, scope) }
    }

    /// A folder, without reading any particular file.
    pub(super) fn of_folder(folder: &str, called: Option<Called>, scope: &Scope<'_>) -> Self {
        Self {
            declared: Declared::default(),
            folder_declares: scope.terraform(folder),
            folder: folder.to_owned(),
            called,
            budget: Budget::default(),
        }
    }

    /// Whether some of its files cannot be read.
    pub(super) fn is_broken(&self) -> bool {
        self.broken().next().is_some()
    }

    /// What to add to a message about an expression that cannot be evaluated: it may depend on a file that cannot be
    /// read.
    pub(super) fn doubt(&self) -> String {
        let names: Vec<&str> = self.broken().collect();
        if names.is_empty() { String::new() } else { format!(", and {} cannot be read", names.join(", ")) }
    }

    fn broken(&self) -> impl Iterator<Item = &str> {
        let broken = self.folder_declares.iter().filter(|file| file.is_broken && file.path != self.declared.path);
        broken.map(|file| path::name(&file.path))
    }

    /// The folder that Terraform runs in, which paths are relative to.
    pub(super) fn root(&self) -> &str {
        self.called.as_ref().map_or(&self.folder, |called| &called.root)
    }

    /// The folder, relative to that one.
    pub(super) fn path(&self) -> String {
        path::relative(self.root(), &self.folder)
    }

    /// The value of `var.name`, and the file that contains it unless it is the one being read. Values assigned to
    /// variables in files only count in the folder where Terraform runs.
    pub(super) fn variable(&self, name: &str) -> Option<(&Expression, Option<&str>)> {
        match self.called.as_ref().map_or(Given::Nothing, |called| called.given(name)) {
            Given::Known(argument) => return Some((&argument.expression, Some(argument.file.as_str()))),
            Given::Unknown => return None,
            Given::Nothing => {}
        }
        let mut files = self.folder_declares.iter().rev().filter(|_| self.called.is_none());
        let assigned = files.find_map(|file| Some((file.assigned(name)?, Some(file.path.as_str()))));
        assigned.or_else(|| self.find(|file| file.variable(name)))
    }

    /// The value of `local.name`.
    pub(super) fn local(&self, name: &str) -> Option<(&Expression, Option<&str>)> {
        self.find(|file| file.local(name))
    }

    fn find<'m>(
        &'m self,
        look: impl Fn(&'m Declared) -> Option<&'m Expression>,
    ) -> Option<(&'m Expression, Option<&'m str>)> {
        let own = look(&self.declared).map(|value| (value, None));
        own.or_else(|| {
            let mut others = self.folder_declares.iter().filter(|file| file.path != self.declared.path);
            others.find_map(|file| Some((look(file)?, Some(file.path.as_str()))))
        })
    }
}

/// Whether a file is Terraform's or `OpenTofu`'s own language, judging by its name.
#[must_use]
pub fn is_terraform(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("tf" | "tofu"))
}
