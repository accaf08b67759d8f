//! Fields of a mapping as Go decodes them into its types: names are case-insensitive, and numbers are accepted for
//! texts.

use crate::helm::mistake::Mistake;
use crate::yaml::{Kind, Node, Span};

/// What is wrong, and where in the file.
pub(super) type Wrong = Mistake<Span>;

/// The fields of a mapping.
#[derive(Clone, Copy)]
pub(super) struct Fields<'d> {
    node: Node<'d>,
}

impl<'d> Fields<'d> {
    pub(super) fn new(node: Node<'d>) -> Result<Self, Wrong> {
        let is_fine = node.kind() == Kind::Mapping;
        is_fine.then_some(Self { node }).ok_or_else(|| Mistake::new("this has to be a map", node.span()))
    }

    /// The value of a field; `None` if it is null.
    pub(super) fn get(self, name: &str) -> Option<Node<'d>> {
        self.written(name).filter(|node| !node.is_null())
    }

    fn written(self, name: &str) -> Option<Node<'d>> {
        self.node.get(name).or_else(|| {
            let mut entries = self.node.entries().into_iter().rev();
            let alike = entries.find(|(key, _)| key.text().is_some_and(|key| key.eq_ignore_ascii_case(name)));
            alike.map(|(_, value)| value)
        })
    }

    pub(super) fn text(self, name: &str) -> Result<Option<String>, Wrong> {
        self.get(name).map(|node| text(node, name)).transpose()
    }

    pub(super) fn boolean(self, name: &str) -> Result<Option<bool>, Wrong> {
        let Some(node) = self.get(name) else { return Ok(None) };
        match node.scalar() {
            Some(crate::yaml::Scalar::Boolean(value)) => Ok(Some(value)),
            _ => Err(Mistake::new(format!("{name} has to be true or false"), node.span())),
        }
    }

    pub(super) fn list(self, name: &str) -> Result<Option<Vec<Node<'d>>>, Wrong> {
        let Some(node) = self.get(name) else { return Ok(None) };
        match node.kind() {
            Kind::Sequence => Ok(Some(node.items().collect())),
            Kind::Mapping | Kind::Scalar => Err(Mistake::new(format!("{name} has to be a list"), node.span())),
        }
    }

    pub(super) fn texts(self, name: &str) -> Result<Option<Vec<String>>, Wrong> {
        let items = self.list(name)?;
        items.map(|items| items.into_iter().map(|item| text(item, name)).collect()).transpose()
    }

    /// A mapping of texts.
    pub(super) fn entries(self, name: &str) -> Result<Vec<(String, String)>, Wrong> {
        let Some(node) = self.get(name) else { return Ok(Vec::new()) };
        let entries = Self::new(node)?.node.entries();
        entries.into_iter().map(|(key, value)| Ok((text(key, name)?, text(value, name)?))).collect()
    }
}

/// A scalar as a text.
fn text(node: Node<'_>, name: &str) -> Result<String, Wrong> {
    let scalar = node.scalar().ok_or_else(|| Mistake::new(format!("{name} has to be a string"), node.span()))?;
    Ok(sanitized(&scalar.into_text()))
}

/// Helm turns all white space into spaces and drops unprintable characters.
fn sanitized(text: &str) -> String {
    let blanks = text.chars().map(|character| if character.is_whitespace() { ' ' } else { character });
    blanks.filter(|character| !character.is_control()).collect()
}
