//! Parameters of `OpenShift` templates: the values of `${NAME}` and `${{NAME}}` in the objects.

use std::collections::BTreeMap;

use super::resource::templates;
use crate::yaml::{Document, Filling, Node};

/// Marks around a parameter that is a whole value of any type, and around one within a text.
const MARKS: [(&str, &str); 2] = [("${{", "}}"), ("${", "}")];

/// The single-line texts of templates' objects with the values of their parameters filled in. In a longer text (a
/// script, a file), `${NAME}` may mean something else, so it is left alone.
pub(super) fn fillings<'d>(document: &'d Document<'_>, templates: &[Node<'d>]) -> Vec<Filling<'d>> {
    let mut found = Vec::new();
    for template in templates {
        let (values, Some(objects)) = (values(*template), template.get("objects")) else { continue };
        if !values.is_empty() {
            let nodes = document.nodes_in(objects.target().span()).filter(|node| !node.is_alias());
            found.extend(nodes.filter_map(|node| filling(node, &values)));
        }
    }
    found
}

/// The values of a template's parameters, as far as they have one: the others have to be given or are generated.
fn values(template: Node<'_>) -> BTreeMap<&str, &str> {
    let parameters = template.get("parameters").into_iter().flat_map(|list| list.items().collect::<Vec<_>>());
    let text = |parameter, key| Node::get(parameter, key).and_then(Node::text).filter(|text| !text.is_empty());
    parameters.filter_map(|parameter| text(parameter, "name").zip(text(parameter, "value"))).collect()
}

fn filling<'d>(node: Node<'d>, values: &BTreeMap<&str, &str>) -> Option<Filling<'d>> {
    let text = node.text().filter(|text| text.contains("${") && !text.contains('\n'))?;
    if let Some(value) = alone(text, MARKS[0]).and_then(|name| values.get(name)) {
        return Some(Filling { node, text: (*value).to_owned(), is_plain: true });
    }
    let (mut filled, mut rest, (open, close)) = (String::new(), text, MARKS[1]);
    while let Some((before, behind)) = rest.split_once(open) {
        filled.push_str(before);
        let known = behind.split_once(close).and_then(|(name, after)| Some((*values.get(name)?, after)));
        filled.push_str(known.map_or(open, |(value, _)| value));
        rest = known.map_or(behind, |(_, after)| after);
    }
    filled.push_str(rest);
    (filled != text).then_some(Filling { node, text: filled, is_plain: false })
}

/// The name of a parameter, if a text consists of nothing else.
fn alone<'t>(text: &'t str, (open, close): (&str, &str)) -> Option<&'t str> {
    let name = text.strip_prefix(open)?.strip_suffix(close)?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

/// Where to edit a value that comes from a parameter: the parameter's own value, if it is the whole of this value and
/// is used nowhere else in its template.
#[must_use]
pub fn parameter_of(node: Node<'_>) -> Option<Node<'_>> {
    let written = node.target().written()?;
    let name = MARKS.into_iter().find_map(|marks| alone(written, marks))?;
    let template = templates(node.document()).into_iter().find(|template| {
        let span = template.span();
        span.start <= node.target().span().start && node.target().span().end <= span.end
    })?;
    let marked = MARKS.map(|(open, close)| format!("{open}{name}{close}"));
    let is_user = |text: &str| text.contains('$') && marked.iter().any(|mark| text.contains(mark));
    let texts = node.document().nodes_in(template.span()).filter_map(Node::written);
    let users = texts.filter(|text| is_user(text)).take(2).count();
    let parameters = template.get("parameters")?.items();
    let mut named = parameters.filter(|parameter| parameter.get("name").and_then(Node::text) == Some(name));
    named.next()?.get("value").filter(|_| users == 1)
}
