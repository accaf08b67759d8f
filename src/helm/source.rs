//! Finds which template a rendered document comes from.

use crate::yaml::{Document, Node};

/// The annotation in which Helm 4 passes the template to a post-renderer.
const FILENAME: &str = "postrenderer.helm.sh/postrender-filename";

/// The template of a document: Helm 3 writes `# Source: chart/templates/x.yaml` above it, Helm 4 an annotation into it.
#[must_use]
pub fn template_of<'d>(document: &'d Document<'_>, resource: Node<'d>) -> Option<&'d str> {
    let annotation = resource.at("/metadata/annotations").and_then(|annotations| annotations.get(FILENAME));
    annotation.and_then(Node::as_str).or_else(|| source_comment(document.text()))
}

/// The template in the `# Source:` comment above a document.
#[must_use]
pub fn source_comment(text: &str) -> Option<&str> {
    let head = text.lines().take_while(|line| line.is_empty() || line.starts_with("---") || line.starts_with('#'));
    head.filter_map(|line| line.strip_prefix("# Source: ")).map(str::trim_end).next()
}

/// The sub-charts that a template is in, joined by dots: `kafka.zookeeper` for
/// `posthog/charts/kafka/charts/zookeeper/templates/x.yaml`, and an empty string for a template of the chart itself.
/// Helm writes aliases, if there are any.
#[must_use]
pub fn dependency_path(template: &str) -> String {
    let chart = template.split("/templates/").next().unwrap_or_default();
    let mut names = chart.split("/charts/");
    names.next();
    names.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::dependency_path;

    #[test]
    fn dependencies_are_the_folders_below_charts() {
        let table = [
            ("posthog/charts/zookeeper/templates/statefulset.yaml", "zookeeper"),
            ("posthog/charts/kafka/charts/zookeeper/templates/a/b.yaml", "kafka.zookeeper"),
            ("posthog/templates/web.yaml", ""),
            ("", ""),
        ];
        for (template, expected) in table {
            assert_eq!(dependency_path(template), expected, "{template}");
        }
    }
}
