//! Expressions that choose among others: conditionals, and functions that look up a value.

use hcl_edit::expr::{BinaryOp, BinaryOperator, Conditional, Expression, FuncCall, UnaryOperator};

use super::expression::{Origin, Resolved, name};
use super::module::Module;

/// Functions that look up a value: the one for a key, or the first that exists.
pub(super) const CHOOSING: [&str; 2] = ["lookup", "coalesce"];

/// What can be compared.
#[derive(PartialEq)]
enum Comparable {
    Null,
    Text(String),
}

impl Module {
    /// The result of a conditional; `None` if its condition is unknown.
    pub(super) fn chosen<'m>(&'m self, conditional: &'m Conditional, here: Resolved<'m>) -> Option<Resolved<'m>> {
        let is_true = self.budget.deeper(|| self.truth(&conditional.cond_expr))?;
        let expression = if is_true { &conditional.true_expr } else { &conditional.false_expr };
        Some(Resolved { expression, ..here })
    }

    /// Whether a condition holds.
    fn truth(&self, condition: &Expression) -> Option<bool> {
        match self.resolve(condition, Origin::Own)?.expression {
            Expression::Bool(value) => Some(*value.value()),
            Expression::String(text) => text.parse().ok(),
            Expression::UnaryOp(operation) if *operation.operator.value() == UnaryOperator::Not => {
                self.budget.deeper(|| self.truth(&operation.expr)).map(|is_true| !is_true)
            }
            Expression::BinaryOp(operation) => self.budget.deeper(|| self.compared(operation)),
            _ => None,
        }
    }

    fn compared(&self, operation: &BinaryOp) -> Option<bool> {
        let (one, other) = (&operation.lhs_expr, &operation.rhs_expr);
        let both = || Some((self.comparable(one)?, self.comparable(other)?));
        match operation.operator.value() {
            BinaryOperator::And => Some(self.truth(one)? && self.truth(other)?),
            BinaryOperator::Or => Some(self.truth(one)? || self.truth(other)?),
            BinaryOperator::Eq => both().map(|(one, other)| one == other),
            BinaryOperator::NotEq => both().map(|(one, other)| one != other),
            BinaryOperator::Greater => self.numbers(operation).map(|(one, other)| one > other),
            BinaryOperator::Less => self.numbers(operation).map(|(one, other)| one < other),
            _ => None,
        }
    }

    fn comparable(&self, expression: &Expression) -> Option<Comparable> {
        let is_null = self.resolve(expression, Origin::Own)?.expression.is_null();
        if is_null { Some(Comparable::Null) } else { self.text(expression).map(Comparable::Text) }
    }

    fn numbers(&self, operation: &BinaryOp) -> Option<(f64, f64)> {
        let number = |expression| self.text(expression)?.parse().ok();
        Some((number(&operation.lhs_expr)?, number(&operation.rhs_expr)?))
    }

    /// The result of one of [`CHOOSING`]; `None` if it is unknown.
    pub(super) fn chosen_by<'m>(&'m self, call: &'m FuncCall, here: Resolved<'m>) -> Option<Resolved<'m>> {
        let argument = |index: usize| call.args.get(index).map(|expression| Resolved { expression, ..here });
        match name(call) {
            "lookup" => {
                let outer = argument(0)?;
                let key = self.budget.deeper(|| self.text(call.args.get(1)?))?;
                let outer = self.budget.deeper(|| self.resolve(outer.expression, outer.origin))?;
                self.budget.deeper(|| self.entries(outer))?;
                self.entry(outer, &key).or_else(|| argument(2))
            }
            "coalesce" => {
                for expression in &call.args {
                    let found = self.budget.deeper(|| self.resolve(expression, here.origin))?;
                    let is_empty = found.expression.as_str().is_some_and(str::is_empty);
                    if !is_empty && !found.expression.is_null() {
                        return Some(found);
                    }
                }
                None
            }
            _ => None,
        }
    }
}
