//! What a template says without being run: its YAML with every action taken out, so that it can be parsed.

use crate::yaml::{Document, Kind, Node};

/// What stands for an action: characters that no template has.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// A template without its actions.
pub(super) struct Outline {
    text: String,
    actions: Vec<String>,
}

impl Outline {
    /// Takes the actions out of a template. Those that print nothing leave nothing; a line of actions alone says nothing
    /// of the structure.
    pub(super) fn of(template: &str) -> Self {
        let (mut marked, mut actions, mut rest) = (String::new(), Vec::new(), template);
        while let Some((before, behind)) = rest.split_once("{{") {
            let Some((action, after)) = behind.split_once("}}") else { break };
            marked.push_str(before);
            if !prints_nothing(action.trim_matches('-').trim()) {
                marked.extend([OPEN.to_string(), actions.len().to_string(), CLOSE.to_string()]);
                actions.push(action.trim_matches('-').trim().to_owned());
            }
            rest = after;
        }
        marked.push_str(rest);
        let lines: Vec<&str> = marked.lines().filter(|line| !is_of_actions(line)).collect();
        let nexts = lines.iter().skip(1).map(Some).chain([None]);
        let kept = lines.iter().zip(nexts).map(|(line, next)| without_lead(line, next));
        Self { text: kept.collect::<Vec<_>>().join("\n"), actions }
    }

    /// The documents that can be parsed.
    pub(super) fn documents(&self) -> Vec<Document<'_>> {
        let parsed = self.text.split("\n---").map(|text| Document::parse(text.as_bytes(), 0).ok().flatten());
        parsed.flatten().collect()
    }

    /// A text of a document as the template has it.
    pub(super) fn written(&self, text: &str) -> String {
        let mut pieces = text.split(OPEN);
        let mut written = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (number, behind) = piece.split_once(CLOSE).unwrap_or(("", piece));
            let action = number.parse().ok().and_then(|number: usize| self.actions.get(number));
            written.extend(action.map(|action| format!("{{{{ {action} }}}}")));
            written.push_str(behind);
        }
        written
    }

    /// The text of a scalar as the template has it.
    pub(super) fn scalar(&self, node: Node<'_>) -> Option<String> {
        node.text().map(|text| self.written(text))
    }

    /// The words of a list, or of a text that stands in its place.
    pub(super) fn words(&self, node: Node<'_>) -> Vec<String> {
        let items = (node.kind() == Kind::Sequence).then(|| node.items().collect::<Vec<_>>());
        items.unwrap_or_else(|| vec![node]).into_iter().filter_map(|item| self.scalar(item)).collect()
    }
}

/// The containers of a document, but for those that end before the others start.
pub(super) fn containers<'d>(document: &'d Document<'_>) -> Vec<Node<'d>> {
    let lists = document.nodes().filter(|node| node.kind() == Kind::Mapping).filter_map(|pod| pod.get("containers"));
    lists.flat_map(|list| list.items().collect::<Vec<_>>()).filter(|item| item.kind() == Kind::Mapping).collect()
}

fn prints_nothing(action: &str) -> bool {
    let mut words = action.split_whitespace();
    let first = words.next().unwrap_or_default();
    let is_keyword = matches!(first, "" | "if" | "else" | "end" | "range" | "with" | "define" | "block" | "break");
    let is_set = first.starts_with('$') && words.next().is_some_and(|word| matches!(word, ":=" | "="));
    is_keyword || is_set || first.starts_with("/*")
}

fn is_of_actions(line: &str) -> bool {
    let is_mark = |c: char| c == OPEN || c == CLOSE || c.is_ascii_digit() || c.is_whitespace();
    line.trim_start().starts_with(OPEN) && line.chars().all(is_mark) && line.trim_end().ends_with(CLOSE)
}

/// A line without the actions behind its key, if they only write the first of the entries below it:
/// `labels: {{- include "labels" . | nindent 4 }}`.
fn without_lead<'l>(line: &'l str, next: Option<&&str>) -> &'l str {
    let column = |line: &str| line.len().saturating_sub(line.trim_start_matches([' ', '-']).len());
    let parts = line.find(OPEN).and_then(|at| line.split_at_checked(at));
    let key = parts.filter(|(key, value)| key.trim_end().ends_with(':') && is_of_actions(value)).map(|(key, _)| key);
    key.filter(|_| next.is_some_and(|next| column(next) > column(line))).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_found_in_any_style() {
        let table = [
            "spec:\n  {{- if .Values.a }}\n  containers:\n  - name: zk\n    image: \"{{ .Values.r }}/zk:{{ .Values.t }}\"\n    {{- toYaml .Values.x | nindent 4 }}\n  {{- end }}\n",
            "spec: {containers: [{name: zk, image: '{{ .Values.r }}/zk:{{ .Values.t }}'}]}\n",
            "metadata:\n  labels: {{- include \"labels\" . | nindent 4 }}\n    component: zk\nspec:\n  containers:\n  - name: zk\n    image: {{ .Values.r }}/zk:{{ .Values.t }}\n    livenessProbe: {{- toYaml .Values.probe | nindent 6 }}\n      exec: {command: [ok]}\n",
            "{\"spec\": {\"containers\": [{\"name\": \"zk\", \"image\": \"{{ .Values.r }}/zk:{{ .Values.t }}\"}]}}",
            "spec:\n  initContainers:\n  - image: other\n  'containers' :\n  - \"name\": zk\n    'image': {{ .Values.r }}/zk:{{ .Values.t }}\n",
        ];
        for template in table {
            let outline = Outline::of(template);
            let documents = outline.documents();
            let images = documents.iter().flat_map(containers).filter_map(|one| outline.scalar(one.get("image")?));
            assert_eq!(images.collect::<Vec<_>>(), ["{{ .Values.r }}/zk:{{ .Values.t }}"], "{template}");
        }
    }
}
