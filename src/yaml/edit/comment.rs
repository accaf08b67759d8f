//! Comments that say what was changed. A comment never makes an edit fail, and never becomes part of a value.

use crate::yaml::document::Document;
use crate::yaml::extent;
use crate::yaml::node::Node;
use crate::yaml::tree::{Id, Kind, Style};

use super::Edit;
use super::draft::Cut;
use super::page::Page;
use super::quote::{self, Dialect};

/// The longest comment, in characters.
const MAX_LENGTH: usize = 160;

/// A comment line with `text` above the line on which `node` starts, indented like it. Its span counts from the start
/// of the stream.
///
/// `None` where a comment is impossible (in JSON, within brackets, on the line of the separator), where it would change
/// what the document says, and where exactly this comment is already there.
#[must_use]
pub fn comment_above(document: &Document<'_>, node: Node<'_>, text: &str) -> Option<Edit> {
    let page = Page::new(document, Dialect::of(document));
    let start = page.record(node.id()).outer;
    let line = extent::line_start(page.text, start);
    if page.dialect == Dialect::Json || page.is_in_flow(node.id()) || is_separator(page, line) {
        return None;
    }
    let comment = sanitised(text);
    if line_above(page.text, line) == comment {
        return None;
    }
    let rest = extent::rest(page.text, line);
    let indent = rest.get(..rest.len().saturating_sub(rest.trim_start_matches(' ').len()))?;
    let cut = Cut::new(line, line, format!("{indent}{comment}{}", page.line_end));
    let edit = Edit { span: cut.span.shifted(document.base()), text: cut.text };
    super::read_the_same(document, &[], std::slice::from_ref(&edit)).then_some(edit)
}

/// The line that ends at `line`, trimmed.
fn line_above(text: &str, line: usize) -> &str {
    let before = text.get(..line).unwrap_or_default();
    let before = before.strip_suffix('\n').unwrap_or(before);
    let before = before.strip_suffix('\r').unwrap_or(before);
    before.get(extent::line_start(text, before.len())..).unwrap_or_default().trim()
}

fn is_separator(page: Page<'_>, line: usize) -> bool {
    extent::rest(page.text, line).starts_with("---")
}

/// A comment after the last token on the line of `offset`; in a block scalar, on the line of its header. `None` where a
/// comment is impossible or already there.
pub(super) fn behind(page: Page<'_>, offset: usize, text: &str) -> Option<Cut> {
    if page.dialect == Dialect::Json {
        return None;
    }
    let around: Vec<_> = page.tree.around(offset).collect();
    let script = around.iter().copied().find(|&id| is_script(page, id));
    let line = extent::line_end(page.text, script.map_or(offset, |id| page.span(id).start));
    let splits = |id: Id| page.tree.kind(id) == Kind::Scalar && page.span(id).start < line && line < page.span(id).end;
    let ends_here =
        |&id: &Id| page.tree.style(id) == Style::Flow && page.tree.target(id) == id && page.span(id).end <= line;
    if around.iter().any(ends_here) || page.tree.last_before(line).is_some_and(|id| Some(id) != script && splits(id)) {
        return None;
    }
    let before = page.text.get(..line)?.trim_end_matches([' ', '\t']);
    let comment = format!(" {}", sanitised(text));
    (!before.ends_with(&comment)).then(|| Cut::new(before.len(), before.len(), comment))
}

/// A block scalar itself, not an alias of one.
fn is_script(page: Page<'_>, id: Id) -> bool {
    page.tree.style(id).is_block_scalar() && page.tree.target(id) == id
}

/// One short line. Escapes what any reader takes for a line break and what a terminal would act on.
fn sanitised(text: &str) -> String {
    let is_fine = |character| quote::is_printable(character) && character != '\t';
    let escaped = text.trim().chars().map(|character| match character {
        _ if is_fine(character) => character.to_string(),
        _ => character.escape_default().to_string(),
    });
    let escaped: String = escaped.collect();
    let short: String = escaped.chars().take(MAX_LENGTH).collect();
    let more = if short.len() < escaped.len() { "..." } else { "" };
    format!("# {short}{more}")
}
