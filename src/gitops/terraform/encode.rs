//! Texts of values that HCL produces: heredocs, quoted strings, and the output of `yamlencode`.

use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::template::{Directive, Element, HeredocTemplate, StringTemplate, Template};

use super::Resource;
use super::expression::{Origin, Resolved, key_text};
use super::span;
use crate::gitops::text::{Piece, Relation, Text};
use crate::yaml::{Span, quoted};

/// A text under construction, built from pieces.
pub(super) struct Encoder<'r> {
    pub(super) resource: &'r Resource<'r>,
    content: String,
    pieces: Vec<Piece>,
    /// Whether numbers and booleans become texts, as in arguments that take nothing else.
    pub(super) are_texts: bool,
    /// Whether what follows is under a condition that is not evaluated.
    is_doubtful: bool,
}

impl<'r> Encoder<'r> {
    pub(super) fn new(resource: &'r Resource<'r>) -> Self {
        Self { resource, content: String::new(), pieces: Vec::new(), are_texts: false, is_doubtful: false }
    }

    pub(super) fn finish(self) -> Text {
        self.resource.scope.text.derive(&self.content, &self.pieces)
    }

    /// Returns `None`, like everything here, if the text exceeds the budget.
    pub(super) fn push(&mut self, source: Span, relation: Relation, text: &str) -> Option<()> {
        self.resource.module.budget.make(text.len())?;
        let relation = if self.is_doubtful && relation == Relation::Same { Relation::Doubtful } else { relation };
        if !text.is_empty() {
            self.pieces.push(Piece::new(self.content.len(), source, relation));
            self.content.push_str(text);
        }
        Some(())
    }

    /// The same for text that is written in another file.
    fn push_from(&mut self, (file, source): (Arc<str>, Span), text: &str) -> Option<()> {
        self.push(source, Relation::Written, text)?;
        if let Some(piece) = self.pieces.last_mut() {
            piece.file = Some(file);
        }
        Some(())
    }

    /// The object passed to `yamlencode` or `jsonencode`, as JSON, which is also YAML; `None` if it is not known to be
    /// one.
    pub(super) fn object(resource: &'r Resource<'r>, value: Resolved<'_>) -> Option<Text> {
        let here = resource.module.resolve(value.expression, value.origin)?;
        let entries = resource.module.budget.deeper(|| resource.module.entries(here))?;
        let mut encoder = Self::new(resource);
        resource.module.budget.deeper(|| encoder.mapping(here, &entries))?;
        Some(encoder.finish())
    }

    pub(super) fn value(&mut self, value: Resolved<'_>) -> Option<()> {
        let module = self.resource.module;
        let known = module.resolve(value.expression, value.origin);
        let written = known.and_then(|here| module.budget.deeper(|| self.known(here)));
        written.or_else(|| self.name_of_resource(value)).or_else(|| self.unknown(value))
    }

    fn known(&mut self, here: Resolved<'_>) -> Option<()> {
        match here.expression {
            Expression::Null(_) => self.push(here.span(), Relation::Written, "null"),
            Expression::Bool(_) | Expression::Number(_) if self.are_texts => {
                let text = self.resource.module.text(here.expression)?;
                self.literal(here, &quoted(&text))
            }
            Expression::Bool(value) => self.literal(here, &value.value().to_string()),
            Expression::Number(number) => self.literal(here, &number.value().to_string()),
            Expression::Array(items) => self.sequence(here, items.iter()),
            expression => match (self.resource.module.entries(here), self.resource.module.text(expression)) {
                (Some(entries), _) => self.mapping(here, &entries),
                (None, Some(text)) => match here.elsewhere() {
                    Some(place) => self.push_from(place, &quoted(&text)),
                    None => self.push(here.span(), Relation::Written, &quoted(&text)),
                },
                (None, None) if self.are_texts => self.text_made(here),
                (None, None) => self.unknown(here),
            },
        }
    }

    /// Marks the bytes as the same if they are written the same way.
    fn literal(&mut self, value: Resolved<'_>, text: &str) -> Option<()> {
        let source = value.span();
        let is_same = source.of(self.resource.scope.text.as_str()) == text && value.origin == Origin::Own;
        if let Some(place) = value.elsewhere() {
            return self.push_from(place, text);
        }
        self.push(source, if is_same { Relation::Same } else { Relation::Written }, text)
    }

    /// A text that cannot be mistaken for a value.
    pub(super) fn unknown(&mut self, value: Resolved<'_>) -> Option<()> {
        if self.resource.module.budget.is_spent() {
            return None;
        }
        let source = value.span();
        let written = format!("${{{}}}", source.of(self.resource.scope.text.as_str()));
        self.push(source, Relation::Unknown, &quoted(&written))
    }

    fn sequence<'e>(&mut self, here: Resolved<'_>, items: impl Iterator<Item = &'e Expression>) -> Option<()> {
        self.push(here.span(), Relation::Written, "[")?;
        for (index, expression) in items.enumerate() {
            if index > 0 {
                self.push(here.span(), Relation::Written, ",")?;
            }
            self.value(Resolved { expression, origin: here.origin })?;
        }
        self.push(here.span(), Relation::Written, "]")
    }

    fn mapping(&mut self, here: Resolved<'_>, entries: &[(&ObjectKey, Resolved<'_>)]) -> Option<()> {
        self.push(here.span(), Relation::Written, "{")?;
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.push(here.span(), Relation::Written, ",")?;
            }
            let (relation, name) = match key_text(key) {
                Some(name) => (Relation::Written, name),
                None => (Relation::Unknown, format!("${{{index}}}")),
            };
            self.push(here.span(), relation, &format!("{}:", quoted(&name)))?;
            self.value(*value)?;
        }
        self.push(here.span(), Relation::Written, "}")
    }

    /// A heredoc: its lines without the indentation that `<<-` strips.
    pub(super) fn heredoc(resource: &'r Resource<'r>, heredoc: &HeredocTemplate, origin: Origin<'_>) -> Option<Text> {
        let mut encoder = Self::new(resource);
        let indent = heredoc.indent().unwrap_or_default();
        encoder.lines_of(&heredoc.template, (indent, &mut true), origin)?;
        Some(encoder.finish())
    }

    fn lines_of(
        &mut self,
        template: &Template,
        (indent, at_line_start): (usize, &mut bool),
        origin: Origin<'_>,
    ) -> Option<()> {
        for element in template {
            match (element, origin) {
                (Element::Literal(text), Origin::Own) => {
                    self.lines(span(text.span()), indent, *at_line_start)?;
                    *at_line_start = text.value().ends_with('\n');
                }
                (Element::Directive(directive), Origin::Own) if self.resource.is_manifest() => {
                    let inner = match &**directive {
                        Directive::If(directive) => &directive.if_expr.template,
                        Directive::For(directive) => &directive.for_expr.template,
                    };
                    let outer = std::mem::replace(&mut self.is_doubtful, true);
                    self.resource.module.budget.deeper(|| self.lines_of(inner, (indent, at_line_start), origin))?;
                    self.is_doubtful = outer;
                }
                _ => {
                    self.element(element, origin)?;
                    *at_line_start = false;
                }
            }
        }
        Some(())
    }

    fn lines(&mut self, source: Span, indent: usize, at_line_start: bool) -> Option<()> {
        let text = source.of(self.resource.scope.text.as_str());
        let mut start = source.start;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let is_start = index > 0 || at_line_start;
            let blanks = line.len().saturating_sub(line.trim_start_matches(' ').len());
            let cut = if is_start { blanks.min(indent) } else { 0 };
            let end = start.saturating_add(line.len());
            self.raw(Span::new(start.saturating_add(cut), end))?;
            start = end;
        }
        Some(())
    }

    /// Bytes as they are, except for `$${` and `%%{`, whose first character is dropped.
    fn raw(&mut self, source: Span) -> Option<()> {
        let file = self.resource.scope.text.as_str();
        let text = source.of(file);
        let mut at = 0;
        while let Some(found) =
            text.get(at..).and_then(|rest| ["$${", "%%{"].iter().filter_map(|it| rest.find(it)).min())
        {
            let escape = at.saturating_add(found);
            let range = Span::new(at, escape).shifted(source.start);
            self.push(range, Relation::Same, range.of(file))?;
            let whole = Span::new(escape, escape.saturating_add(3)).shifted(source.start);
            self.push(whole, Relation::Written, whole.of(file).get(1..).unwrap_or_default())?;
            at = escape.saturating_add(3);
        }
        let rest = Span::new(at, text.len()).shifted(source.start);
        self.push(rest, Relation::Same, rest.of(file))
    }

    /// A quoted string.
    pub(super) fn quoted(resource: &'r Resource<'r>, template: &StringTemplate, origin: Origin<'_>) -> Option<Text> {
        let mut encoder = Self::new(resource);
        template.iter().try_for_each(|element| encoder.element(element, origin))?;
        Some(encoder.finish())
    }

    fn element(&mut self, element: &Element, origin: Origin<'_>) -> Option<()> {
        let own = match element {
            Element::Literal(text) => span(text.span()),
            Element::Interpolation(inner) => span(inner.span()),
            Element::Directive(directive) => span(directive.span()),
        };
        let source = if let Origin::Elsewhere(reference, _) = origin { reference } else { own };
        let text = match element {
            Element::Literal(text) => Some(text.value().clone()),
            Element::Interpolation(inner) => self.resource.module.text(&inner.expr),
            Element::Directive(_) => None,
        };
        match text {
            Some(text) => self.push(source, Relation::Written, &text),
            None => self.push(source, Relation::Unknown, self.resource.stand_in),
        }
    }
}
