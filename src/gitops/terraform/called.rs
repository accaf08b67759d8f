//! Calls of a folder as a module, and the values that they give to its variables.

use std::collections::HashMap;

use hcl_edit::Ident;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncArgs, FuncCall, ObjectKey};

use super::declared::Call;
use super::expression::{Origin, Resolved, key_text};
use super::module::Module;
use crate::gitops::surroundings::Scope;
use crate::yaml::Span;

/// The limit for nested modules.
const DEEPEST: usize = 8;

/// If a folder has more calls than this, none is followed.
const MOST: usize = 32;

/// A call of a module.
pub(super) struct Called {
    /// `module.zk`, preceded by the modules in which it is called.
    pub(super) label: String,
    /// The folder that Terraform runs in.
    pub(super) root: String,
    arguments: HashMap<String, Option<Argument>>,
    /// Whether nothing is known about its arguments.
    is_unknown: bool,
}

/// The value of a variable, with references resolved.
pub(super) struct Argument {
    pub(super) expression: Expression,
    /// The file that its spans refer to.
    pub(super) file: String,
}

/// What a call passes for a variable.
pub(super) enum Given<'c> {
    /// Nothing, so its default applies.
    Nothing,
    Unknown,
    Known(&'c Argument),
}

impl Called {
    /// The calls of a folder in this repository, if it has variables. If there are too many, a single call with unknown
    /// arguments.
    pub(super) fn all(folder: &str, scope: &Scope<'_>) -> Vec<Self> {
        if !scope.terraform(folder).iter().any(|file| file.has_variables) {
            return Vec::new();
        }
        Self::below(folder, scope, DEEPEST).unwrap_or_else(|| vec![Self::unknown(folder)])
    }

    fn below(folder: &str, scope: &Scope<'_>, depth: usize) -> Option<Vec<Self>> {
        let mut found = Vec::new();
        for caller in scope.terraform_callers(folder) {
            let above = Self::below(caller, scope, depth.checked_sub(1)?)?;
            let none = above.is_empty().then_some(None);
            for called in above.into_iter().map(Some).chain(none) {
                let module = Module::of_folder(caller, called, scope);
                for file in scope.terraform(caller).iter() {
                    let calls = file.calls.iter().filter(|call| call.folder == folder);
                    found.extend(calls.map(|call| Self::of(call, &file.path, &module)));
                }
            }
            if found.len() > MOST {
                return None;
            }
        }
        Some(found)
    }

    fn unknown(folder: &str) -> Self {
        let (label, root) = ("module".to_owned(), folder.to_owned());
        Self { label, root, arguments: HashMap::new(), is_unknown: true }
    }

    fn of(call: &Call, file: &str, module: &Module) -> Self {
        let outer = module.called.as_ref().map(|called| format!("{}.", called.label)).unwrap_or_default();
        let argument = |(name, expression): (&String, &Expression)| {
            let written = Resolved { expression, origin: Origin::Elsewhere(Span::default(), file) };
            (name.clone(), module.argument(written))
        };
        Self {
            label: format!("{outer}module.{}", call.name),
            root: module.root().to_owned(),
            arguments: call.arguments.iter().map(argument).collect(),
            is_unknown: false,
        }
    }

    /// What is passed for a variable.
    pub(super) fn given(&self, name: &str) -> Given<'_> {
        match self.arguments.get(name) {
            Some(Some(argument)) => Given::Known(argument),
            None if !self.is_unknown => Given::Nothing,
            Some(None) | None => Given::Unknown,
        }
    }
}

impl Module {
    fn argument(&self, written: Resolved<'_>) -> Option<Argument> {
        let here = self.budget.deeper(|| self.resolve(written.expression, written.origin))?;
        let Origin::Elsewhere(_, file) = here.origin else { return None };
        let is_written = matches!(
            here.expression,
            Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) | Expression::String(_)
        );
        let expression = if is_written { here.expression.clone() } else { self.made(here)? };
        Some(Argument { expression, file: file.to_owned() })
    }

    /// The same without references. Anything unknown becomes a name that does not exist.
    fn made(&self, here: Resolved<'_>) -> Option<Expression> {
        let inner = |expression| self.inner(Resolved { expression, ..here }, here);
        match here.expression {
            Expression::Array(items) => Some(items.iter().map(inner).collect()),
            Expression::FuncCall(call) if !call.name.is_namespaced() && self.entries(here).is_none() => {
                if let Some(text) = self.text(here.expression) {
                    return Some(Expression::from(text));
                }
                let arguments: FuncArgs = call.args.iter().map(inner).collect();
                Some(FuncCall::new(call.name.clone(), arguments).into())
            }
            expression => match self.budget.deeper(|| self.entries(here)) {
                Some(entries) => {
                    let entry = |(key, value): (&ObjectKey, Resolved<'_>)| {
                        Some((ObjectKey::from(Expression::from(key_text(key)?)), self.inner(value, here)))
                    };
                    Some(entries.into_iter().filter_map(entry).collect())
                }
                None => self.text(expression).map(Expression::from),
            },
        }
    }

    /// A part of an expression. Spans refer to a single file, so a part from another file has none.
    fn inner(&self, part: Resolved<'_>, whole: Resolved<'_>) -> Expression {
        let unknown = || Expression::from(Ident::new_sanitized("unknown"));
        let file = |resolved: Resolved<'_>| match resolved.origin {
            Origin::Elsewhere(_, file) => Some(file.to_owned()),
            Origin::Own => None,
        };
        match self.argument(part) {
            Some(argument) if Some(&argument.file) == file(whole).as_ref() => argument.expression,
            Some(Argument { expression, .. }) if expression.span().is_none() => expression,
            Some(Argument { expression, .. }) => self.text(&expression).map_or_else(unknown, Expression::from),
            None => unknown(),
        }
    }
}
