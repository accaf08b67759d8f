//! Workflow commands of GitHub Actions: findings as annotations on the lines of a pull request.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::model::{Finding, Report};
use super::place::{Place, Region};
use crate::checks::Severity;
use crate::printable::plain;

/// A command for each finding that counts; empty if there are none.
pub(super) fn render(report: &Report) -> String {
    report.active().map(command).collect()
}

fn command(finding: &Finding) -> String {
    let Finding { check, severity, place, message, help, .. } = finding;
    let command = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = location(place);
    properties.push(("title", format!("autopurge: {}", check.id())));
    let properties: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let text: Vec<&str> = [message.as_str()].into_iter().chain(help.iter().map(String::as_str)).collect();
    format!("::{command} {}::{}\n", properties.join(","), data(&plain(&text.join("\n"))))
}

/// File, lines and columns; empty for standard input, which is not a file of the pull request.
fn location(place: &Place) -> Vec<(&'static str, String)> {
    if place.path == "-" {
        return Vec::new();
    }
    let mut properties = vec![("file", plain(place.path.strip_prefix("./").unwrap_or(&place.path)))];
    if let Some(Region { start, end, .. }) = place.region {
        properties.extend([("line", start.line.to_string()), ("endLine", end.line.to_string())]);
        // GitHub accepts columns only within one line.
        if start.line == end.line {
            properties.extend([("col", start.column.to_string()), ("endColumn", end.column.to_string())]);
        }
    }
    properties
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_ends_a_command_or_a_property_is_escaped() {
        let table = [
            ("a b", "a b", "a b"),
            ("100%", "100%25", "100%25"),
            ("%0A", "%250A", "%250A"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("c:\\d,e", "c:\\d,e", "c%3A\\d%2Ce"),
            ("::error::x", "::error::x", "%3A%3Aerror%3A%3Ax"),
            ("ü", "ü", "ü"),
        ];
        for (text, in_message, in_property) in table {
            assert_eq!(data(text), in_message);
            assert_eq!(property(text), in_property);
        }
    }
}
