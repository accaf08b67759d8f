//! Evaluates an expression, as far as that is possible from the folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use hcl_edit::expr::{Expression, FuncCall, ObjectKey, ObjectValue, Traversal, TraversalOperator};
use hcl_edit::template::{Element, Template};

use super::choice::CHOOSING;
use super::module::Module;
use crate::yaml::Span;

/// Functions that return their argument, as far as it matters here.
const SAME: [&str; 4] = ["tolist", "tomap", "sensitive", "nonsensitive"];
/// The limit for chains of parentheses and references.
const LONGEST: usize = 16;

/// Where an expression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin<'m> {
    /// In the file being read.
    Own,
    /// In another file, named here, with the span of the reference to it.
    Elsewhere(Span, &'m str),
}

/// An expression with all references followed.
#[derive(Clone, Copy)]
pub(super) struct Resolved<'m> {
    pub(super) expression: &'m Expression,
    pub(super) origin: Origin<'m>,
}

impl Resolved<'_> {
    /// The file and span where it is written, if it is a string, number or boolean in another file.
    pub(super) fn elsewhere(&self) -> Option<(Arc<str>, Span)> {
        let Origin::Elsewhere(_, file) = self.origin else { return None };
        let is_literal = matches!(self.expression, Expression::Bool(_) | Expression::Number(_) | Expression::String(_));
        let span = hcl_edit::Span::span(self.expression).filter(|_| is_literal)?;
        Some((file.into(), Span::new(span.start, span.end)))
    }

    /// Where it is written, or the reference to it.
    pub(super) fn span(&self) -> Span {
        match self.origin {
            Origin::Own => super::span(hcl_edit::Span::span(self.expression)),
            Origin::Elsewhere(span, _) => span,
        }
    }
}

impl Module {
    /// Follows parentheses, variables, locals, functions that return their argument, and quoted templates that consist
    /// of a single interpolation; `None` if one of them is unknown.
    pub(super) fn resolve<'m>(&'m self, expression: &'m Expression, origin: Origin<'m>) -> Option<Resolved<'m>> {
        let mut here = Resolved { expression, origin };
        for _ in 0..LONGEST {
            here = match here.expression {
                Expression::Parenthesis(inner) => Resolved { expression: inner.inner(), ..here },
                Expression::StringTemplate(template) => match (template.get(0), template.len()) {
                    (Some(Element::Interpolation(inner)), 1) => Resolved { expression: &inner.expr, ..here },
                    _ => return Some(here),
                },
                Expression::FuncCall(call) if SAME.contains(&name(call)) => {
                    Resolved { expression: call.args.get(0)?, ..here }
                }
                Expression::FuncCall(call) if CHOOSING.contains(&name(call)) => self.chosen_by(call, here)?,
                Expression::Conditional(conditional) => self.chosen(conditional, here)?,
                Expression::Traversal(_) if path_of(here.expression).is_some() => return Some(here),
                Expression::Traversal(traversal) => self.follow(here, traversal)?,
                Expression::Variable(_) => return None,
                _ => return Some(here),
            };
        }
        None
    }

    /// Follows `var.name`, `local.name`, and the attributes of objects after them.
    fn follow<'m>(&'m self, here: Resolved<'m>, traversal: &'m Traversal) -> Option<Resolved<'m>> {
        let mut names = traversal.operators.iter().map(|operator| self.key(operator.value()));
        let root = traversal.expr.as_variable()?.as_str();
        let name = names.next()??;
        let (expression, file) =
            if root == "var" { self.variable(&name)? } else { self.local(&name).filter(|_| root == "local")? };
        let origin = match (here.origin, file) {
            (origin, None) => origin,
            (Origin::Own | Origin::Elsewhere(..), Some(file)) => Origin::Elsewhere(here.span(), file),
        };
        let mut found = Resolved { expression, origin };
        for name in names {
            let name = name?;
            let outer = self.budget.deeper(|| self.resolve(found.expression, found.origin))?;
            found = match outer.expression.as_array() {
                Some(items) => Resolved { expression: items.get(name.parse().ok()?)?, ..outer },
                None => self.entry(outer, &name)?,
            };
        }
        Some(found)
    }

    /// The key after a dot or in brackets.
    fn key(&self, operator: &TraversalOperator) -> Option<String> {
        match operator {
            TraversalOperator::GetAttr(name) => Some(name.as_str().to_owned()),
            TraversalOperator::Index(key) => self.budget.deeper(|| self.text(key)),
            TraversalOperator::LegacyIndex(index) => Some(index.value().to_string()),
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => None,
        }
    }

    /// The value under a key of an object.
    pub(super) fn entry<'m>(&'m self, object: Resolved<'m>, name: &str) -> Option<Resolved<'m>> {
        let entries = self.budget.deeper(|| self.entries(object))?;
        entries.into_iter().find(|(key, _)| key_text(key).as_deref() == Some(name)).map(|(_, value)| value)
    }

    /// The entries of an object, or of several merged objects: the last one with each key. `None` if an object is
    /// unknown, or a key that may be any.
    pub(super) fn entries<'m>(&'m self, here: Resolved<'m>) -> Option<Vec<(&'m ObjectKey, Resolved<'m>)>> {
        let call = match here.expression {
            Expression::Object(object) => {
                let entry = |(key, value): (&'m ObjectKey, &'m ObjectValue)| {
                    (key, Resolved { expression: value.expr(), ..here })
                };
                return Some(object.iter().map(entry).collect());
            }
            Expression::FuncCall(call) if name(call) == "merge" => call,
            _ => return None,
        };
        let mut all = Vec::new();
        for expression in &call.args {
            let object = self.budget.deeper(|| self.resolve(expression, here.origin))?;
            for (key, value) in self.budget.deeper(|| self.entries(object))? {
                let name = key_text(key)?;
                self.budget.make(name.len())?;
                all.push((name, (key, value)));
            }
        }
        let mut names = BTreeSet::new();
        let last = all.into_iter().rev().filter_map(|(name, entry)| names.insert(name).then_some(entry));
        let mut merged: Vec<_> = last.collect();
        merged.reverse();
        Some(merged)
    }

    /// The text of an expression, if it is a string, number or boolean.
    pub(super) fn text(&self, expression: &Expression) -> Option<String> {
        let found = self.resolve(expression, Origin::Own)?.expression;
        match found {
            Expression::String(text) if std::ptr::eq(found, expression) => Some(text.value().clone()),
            Expression::String(text) => self.budget.make(text.len()).map(|()| text.value().clone()),
            Expression::Number(number) => Some(number.value().to_string()),
            Expression::Bool(value) => Some(value.value().to_string()),
            Expression::StringTemplate(template) => self.budget.deeper(|| self.template_text(template)),
            Expression::HeredocTemplate(heredoc) => self.budget.deeper(|| self.template_text(&heredoc.template)),
            Expression::Traversal(_) if path_of(found) == Some("module") => Some(self.path()),
            // Terraform runs in the root module's folder.
            Expression::Traversal(_) => path_of(found).map(|_| ".".to_owned()),
            Expression::FuncCall(call) => self.budget.deeper(|| self.called_text(call)),
            _ => None,
        }
    }

    fn called_text(&self, call: &FuncCall) -> Option<String> {
        let first = call.args.get(0)?;
        let text = match name(call) {
            "tostring" => return self.text(first),
            "join" => {
                let list = self.resolve(call.args.get(1)?, Origin::Own)?.expression.as_array()?;
                let items: Option<Vec<String>> = list.iter().map(|item| self.text(item)).collect();
                items?.join(&self.text(first)?)
            }
            "format" => self.formatted(&self.text(first)?, call)?,
            _ => return None,
        };
        self.budget.make(text.len()).map(|()| text)
    }

    /// Evaluates `format` with strings, whole numbers and values as they are.
    fn formatted(&self, pattern: &str, call: &FuncCall) -> Option<String> {
        let mut arguments = call.args.iter().skip(1);
        let mut parts = pattern.split('%');
        let mut text = parts.next()?.to_owned();
        while let Some(part) = parts.next() {
            if part.is_empty() {
                text.push('%');
                text.push_str(parts.next()?);
                continue;
            }
            text.push_str(&self.text(arguments.next()?)?);
            text.push_str(part.strip_prefix(['s', 'd', 'v'])?);
        }
        Some(text)
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

/// The interpolation that is all there is in a template, apart from whitespace.
pub(super) fn only(template: &Template) -> Option<&Expression> {
    let is_blank = |element: &&Element| matches!(element, Element::Literal(text) if text.trim().is_empty());
    let mut elements = template.iter().filter(|element| !is_blank(element));
    match (elements.next(), elements.next()) {
        (Some(Element::Interpolation(inner)), None) => Some(&inner.expr),
        _ => None,
    }
}

/// The name of a path such as `path.module`.
fn path_of(expression: &Expression) -> Option<&str> {
    let traversal = expression.as_traversal().filter(|it| it.operators.len() == 1)?;
    traversal.expr.as_variable().filter(|root| root.as_str() == "path")?;
    match traversal.operators.first()?.value() {
        TraversalOperator::GetAttr(name) => Some(name.as_str()).filter(|name| ["module", "root", "cwd"].contains(name)),
        _ => None,
    }
}

/// The name of a function; empty for functions of providers.
pub(super) fn name(call: &FuncCall) -> &str {
    if call.name.is_namespaced() { "" } else { call.name.name.value().as_str() }
}

/// The key of an object, if it is written literally.
pub(super) fn key_text(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.value().to_string()),
        ObjectKey::Expression(Expression::String(text)) => Some(text.value().clone()),
        ObjectKey::Expression(Expression::Number(number)) => Some(number.value().to_string()),
        ObjectKey::Expression(_) => None,
    }
}
