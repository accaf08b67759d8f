//! What an expression comes to, where that can be told from the folder.

use hcl_edit::expr::{Expression, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::template::{Element, Template};

use super::module::Module;
use crate::yaml::Span;

/// Parentheses and references that lead to one another.
const LONGEST: usize = 16;

/// Where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// In the file that is read.
    Own,
    /// In another one; the reference to it stands here.
    Elsewhere(Span),
}

/// An expression behind all references.
#[derive(Clone, Copy)]
pub(super) struct Resolved<'m> {
    pub(super) expression: &'m Expression,
    pub(super) origin: Origin,
}

impl Resolved<'_> {
    /// Where it stands, or the reference to it.
    pub(super) fn span(&self) -> Span {
        match self.origin {
            Origin::Own => super::span(hcl_edit::Span::span(self.expression)),
            Origin::Elsewhere(span) => span,
        }
    }
}

impl Module {
    /// Follows parentheses, variables and locals; `None` where one of them cannot be known.
    pub(super) fn resolve<'m>(&'m self, expression: &'m Expression, origin: Origin) -> Option<Resolved<'m>> {
        let mut here = Resolved { expression, origin };
        for _ in 0..LONGEST {
            here = match here.expression {
                Expression::Parenthesis(inner) => Resolved { expression: inner.inner(), ..here },
                Expression::Traversal(traversal) => self.follow(here, traversal)?,
                Expression::Variable(_) => return None,
                _ => return Some(here),
            };
        }
        None
    }

    /// `var.name`, `local.name`, and attributes of objects behind them.
    fn follow<'m>(&'m self, here: Resolved<'m>, traversal: &'m Traversal) -> Option<Resolved<'m>> {
        let mut names = traversal.operators.iter().map(|operator| match operator.value() {
            TraversalOperator::GetAttr(name) => Some(name.as_str()),
            _ => None,
        });
        let root = traversal.expr.as_variable()?.as_str();
        let name = names.next()??;
        let (expression, is_own) =
            if root == "var" { self.variable(name)? } else { self.local(name).filter(|_| root == "local")? };
        let origin = match here.origin {
            Origin::Own if is_own => Origin::Own,
            Origin::Own | Origin::Elsewhere(_) => Origin::Elsewhere(here.span()),
        };
        let mut found = Resolved { expression, origin };
        for name in names {
            let object = self.budget.deeper(|| self.resolve(found.expression, found.origin))?;
            let name = name?;
            let mut entries = object.expression.as_object()?.iter();
            let (_, value) = entries.find(|(key, _)| key_text(key).as_deref() == Some(name))?;
            found = Resolved { expression: value.expr(), origin: object.origin };
        }
        Some(found)
    }

    /// The text that an expression comes to: of texts, numbers and booleans.
    pub(super) fn text(&self, expression: &Expression) -> Option<String> {
        if is_path_module(expression) {
            return Some(".".to_owned());
        }
        let found = self.resolve(expression, Origin::Own)?.expression;
        match found {
            Expression::String(text) if std::ptr::eq(found, expression) => Some(text.value().clone()),
            Expression::String(text) => self.budget.make(text.len()).map(|()| text.value().clone()),
            Expression::Number(number) => Some(number.value().to_string()),
            Expression::Bool(value) => Some(value.value().to_string()),
            Expression::StringTemplate(template) => self.budget.deeper(|| self.template_text(template)),
            Expression::HeredocTemplate(heredoc) => self.budget.deeper(|| self.template_text(&heredoc.template)),
            Expression::FuncCall(call) if name(call) == "tostring" => {
                let argument = call.args.get(0)?;
                self.budget.deeper(|| self.text(argument))
            }
            _ => None,
        }
    }

    fn template_text(&self, template: &Template) -> Option<String> {
        let parts = template.iter().map(|element| {
            let part = match element {
                Element::Literal(text) => text.value().clone(),
                Element::Interpolation(inner) => self.text(&inner.expr)?,
                Element::Directive(_) => return None,
            };
            self.budget.make(part.len()).map(|()| part)
        });
        parts.collect()
    }
}

/// `path.module` is the folder of the file; `path.root` is, where the folder is nobody's module.
fn is_path_module(expression: &Expression) -> bool {
    let Expression::Traversal(traversal) = expression else { return false };
    let is_path = traversal.expr.as_variable().is_some_and(|root| root.as_str() == "path");
    let is_folder = |operator: &TraversalOperator| matches!(operator, TraversalOperator::GetAttr(name) if ["module", "root", "cwd"].contains(&name.as_str()));
    is_path && traversal.operators.iter().all(|operator| is_folder(operator.value()))
}

/// The name of a function; empty for those of providers.
pub(super) fn name(call: &FuncCall) -> &str {
    if call.name.is_namespaced() { "" } else { call.name.name.value().as_str() }
}

/// The key of an object, where it is written down.
pub(super) fn key_text(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.value().to_string()),
        ObjectKey::Expression(Expression::String(text)) => Some(text.value().clone()),
        ObjectKey::Expression(Expression::Number(number)) => Some(number.value().to_string()),
        ObjectKey::Expression(_) => None,
    }
}
