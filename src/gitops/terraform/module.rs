//! The variables and locals of a folder.

use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;

use super::budget::Budget;
use super::declared::Declared;
use crate::gitops::path;
use crate::gitops::surroundings::Scope;

/// A folder of Terraform files.
pub(super) struct Module {
    /// The file that is read.
    pub(super) own: Body,
    declared: Declared,
    /// All files of the folder, the one that is read among them.
    folder_declares: Arc<Vec<Arc<Declared>>>,
    pub(super) folder: String,
    pub(super) budget: Budget,
}

impl Module {
    pub(super) fn new(own: Body, scope: &Scope<'_>) -> Self {
        let folder = path::parent(scope.path());
        Self {
            declared: Declared::of(scope.path(), &own),
            own,
            folder_declares: scope.terraform(folder),
            folder: folder.to_owned(),
            budget: Budget::default(),
        }
    }

    /// Some of its files cannot be read.
    pub(super) fn is_broken(&self) -> bool {
        self.broken().next().is_some()
    }

    /// What is said beside an expression that cannot be worked out: it may lead into a file that cannot be read.
    pub(super) fn doubt(&self) -> String {
        let names: Vec<&str> = self.broken().collect();
        if names.is_empty() { String::new() } else { format!(", and {} cannot be read", names.join(", ")) }
    }

    fn broken(&self) -> impl Iterator<Item = &str> {
        let broken = self.folder_declares.iter().filter(|file| file.is_broken && file.path != self.declared.path);
        broken.map(|file| path::name(&file.path))
    }

    /// The value of `var.name`, and whether it stands in the file that is read.
    pub(super) fn variable(&self, name: &str) -> Option<(&Expression, bool)> {
        let assigned = self.folder_declares.iter().rev().find_map(|file| file.assigned(name));
        assigned.map(|value| (value, false)).or_else(|| self.find(|file| file.variable(name)))
    }

    /// The value of `local.name`.
    pub(super) fn local(&self, name: &str) -> Option<(&Expression, bool)> {
        self.find(|file| file.local(name))
    }

    fn find<'m>(&'m self, look: impl Fn(&'m Declared) -> Option<&'m Expression>) -> Option<(&'m Expression, bool)> {
        let own = look(&self.declared).map(|value| (value, true));
        own.or_else(|| {
            let mut others = self.folder_declares.iter().filter(|file| file.path != self.declared.path);
            others.find_map(|file| look(file)).map(|value| (value, false))
        })
    }
}

pub(in crate::gitops) fn is_terraform(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("tf" | "tofu"))
}
