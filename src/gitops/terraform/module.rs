//! The variables and locals of a folder.

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;

use super::budget::Budget;
use crate::gitops::path;
use crate::gitops::surroundings::Scope;

/// A folder of Terraform files.
pub(super) struct Module {
    /// The file that is read comes first.
    bodies: Vec<Body>,
    /// Values of variables: files that Terraform loads by itself.
    assignments: Vec<Body>,
    pub(super) folder: String,
    pub(super) budget: Budget,
}

impl Module {
    pub(super) fn new(own: Body, scope: &Scope<'_>) -> Self {
        let folder = path::parent(scope.path());
        let own_name = path::name(scope.path());
        let names = scope.files().list(folder);
        let parse = |name: &&String| {
            let text = scope.files().read(&path::join(folder, name)?)?;
            hcl_edit::parser::parse_body(&text).ok()
        };
        let is_source = |name: &&String| is_terraform(name) && *name != own_name;
        let is_assigned = |name: &&String| *name == "terraform.tfvars" || name.ends_with(".auto.tfvars");
        let bodies = std::iter::once(own).chain(names.iter().filter(is_source).filter_map(|name| parse(&name)));
        Self {
            bodies: bodies.collect(),
            assignments: names.iter().filter(is_assigned).filter_map(|name| parse(&name)).collect(),
            folder: folder.to_owned(),
            budget: Budget::default(),
        }
    }

    /// The file that is read.
    pub(super) fn own(&self) -> &Body {
        self.bodies.first().unwrap_or(&EMPTY)
    }

    /// The value of `var.name`, and whether it stands in the file that is read.
    pub(super) fn variable(&self, name: &str) -> Option<(&Expression, bool)> {
        let assigned = self.assignments.iter().rev().find_map(|body| body.get_attribute(name));
        if let Some(assigned) = assigned {
            return Some((&assigned.value, false));
        }
        self.find(|body| {
            let mut blocks = body.get_blocks("variable");
            let block = blocks.find(|block| block.labels.first().is_some_and(|label| label.as_str() == name))?;
            block.body.get_attribute("default").map(|attribute| &attribute.value)
        })
    }

    /// The value of `local.name`.
    pub(super) fn local(&self, name: &str) -> Option<(&Expression, bool)> {
        self.find(|body| {
            let mut blocks = body.get_blocks("locals");
            blocks.find_map(|block| block.body.get_attribute(name)).map(|attribute| &attribute.value)
        })
    }

    fn find<'m>(&'m self, look: impl Fn(&'m Body) -> Option<&'m Expression>) -> Option<(&'m Expression, bool)> {
        self.bodies.iter().enumerate().find_map(|(index, body)| Some((look(body)?, index == 0)))
    }
}

static EMPTY: std::sync::LazyLock<Body> = std::sync::LazyLock::new(Body::new);

pub(in crate::gitops) fn is_terraform(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("tf" | "tofu"))
}
