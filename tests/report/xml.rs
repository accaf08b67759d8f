//! XML formats, read by a parser that shares nothing with what wrote them.

use autopurge::report::{Format, Report};
use roxmltree::{Document, Node};

use super::{rendered, sample, tool};

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

fn number(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap_or_else(|| panic!("{name} is missing")).parse().expect("a number")
}

#[test]
fn junit_has_a_test_for_every_server_and_counts_right() {
    let report = sample::report();
    let text = rendered(Format::Junit, &report);
    let document = Document::parse(&text).expect("XML");
    let root = document.root_element();
    assert!(root.has_tag_name("testsuites"));
    let suites: Vec<Node<'_, '_>> = children(root, "testsuite").collect();
    assert_eq!(suites.len(), 3);
    for name in ["tests", "failures", "errors", "skipped"] {
        assert_eq!(number(root, name), suites.iter().map(|suite| number(*suite, name)).sum::<usize>(), "{name}");
    }
    let with = |name: &str| root.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!(number(root, "tests"), with("testcase"));
    assert_eq!(number(root, "failures"), with("failure"));
    assert_eq!(number(root, "skipped"), with("skipped"));
    assert_eq!((with("testcase"), with("failure"), with("skipped")), (5, 1, 1));
}

#[test]
fn junit_passes_where_there_is_nothing_to_judge() {
    let text = rendered(Format::Junit, &sample::clean());
    let document = Document::parse(&text).expect("XML");
    let root = document.root_element();
    assert_eq!((number(root, "tests"), number(root, "failures")), (1, 0));
}

#[test]
fn checkstyle_names_every_file_and_every_finding() {
    let text = rendered(Format::Checkstyle, &sample::report());
    let document = Document::parse(&text).expect("XML");
    let root = document.root_element();
    assert!(root.has_tag_name("checkstyle") && root.attribute("version").is_some());
    let files: Vec<&str> = children(root, "file").filter_map(|file| file.attribute("name")).collect();
    assert_eq!(files.len(), 3);
    let errors: Vec<Node<'_, '_>> = root.descendants().filter(|node| node.has_tag_name("error")).collect();
    assert_eq!(errors.len(), 4);
    for error in errors {
        assert!(["error", "warning", "info"].contains(&error.attribute("severity").expect("a severity")));
        assert!(error.attribute("message").is_some_and(|message| !message.is_empty()));
        assert!(error.attribute("source").is_some_and(|source| source.starts_with("autopurge.")));
        number(error, "line");
    }
}

#[test]
fn odd_names_come_back_as_they_were() {
    // What XML cannot hold at all is shown by its number.
    let expected = sample::ODD.replace('\u{1b}', "\\u{1b}");
    for (format, element) in [(Format::Junit, "testsuite"), (Format::Checkstyle, "file")] {
        let text = rendered(format, &sample::report());
        let document = Document::parse(&text).expect("XML");
        let names: Vec<&str> =
            children(document.root_element(), element).filter_map(|node| node.attribute("name")).collect();
        assert!(names.contains(&expected.as_str()), "{names:?}");
    }
}

#[test]
fn an_empty_report_is_whole_in_every_format() {
    let report = Report::new(tool(), Vec::new());
    for format in [Format::Junit, Format::Checkstyle] {
        Document::parse(&rendered(format, &report)).expect("XML");
    }
    for format in [Format::Json, Format::Sarif, Format::Gitlab] {
        serde_json::from_str::<serde_json::Value>(&rendered(format, &report)).expect("JSON");
    }
    assert_eq!(rendered(Format::Github, &report), "");
    assert_eq!(rendered(Format::Concise, &report), rendered(Format::Full, &report));
}
