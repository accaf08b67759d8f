//! Places are true by construction: wherever one is exact, the file has the very bytes there.

use autopurge::gitops::{Content, Reading, Text};
use autopurge::yaml::Span;
use proptest::prelude::*;

use super::library::said;
use super::memory::Memory;

/// Every exact place of every character of the layers leads to that character; the number of them.
fn exact_characters(memory: &Memory, reading: &Reading) -> usize {
    let layers = reading.releases.iter().flat_map(|release| &release.layers);
    let texts = layers.filter_map(|layer| match &layer.content {
        Content::Values(values) => Some(&values.text),
        Content::Parameters(_) | Content::Missing(_) | Content::MissingValue(..) => None,
    });
    texts.map(|text| exact_in(memory, text)).sum()
}

fn exact_in(memory: &Memory, text: &Text) -> usize {
    let file = memory.text(text.file());
    let characters = text.as_str().char_indices().filter(|&(start, character)| {
        let place = text.place(Span::new(start, start + character.len_utf8()));
        assert!(place.span.start <= place.span.end && file.get(place.span.start..place.span.end).is_some());
        if place.is_exact {
            assert_eq!(&file[place.span.start..place.span.end], character.encode_utf8(&mut [0; 4]));
        }
        place.is_exact
    });
    characters.count()
}

/// A text as a scalar of YAML, in a style and at an indentation.
fn scalar(text: &str, style: usize, indent: &str) -> String {
    match style {
        0 => text.lines().fold("|\n".to_owned(), |scalar, line| match line {
            "" => scalar + "\n",
            line => scalar + indent + line + "\n",
        }),
        1 => format!("'{}'\n", text.replace('\'', "''").replace('\n', " ")),
        2 => serde_json::Value::String(text.to_owned()).to_string() + "\n",
        _ => text.lines().fold("|\r\n".to_owned(), |scalar, line| scalar + indent + line + "\r\n"),
    }
}

fn values() -> impl Strategy<Value = String> {
    proptest::collection::vec("([a-zä]{1,4}: [0-9a-z'ü]{1,5}|# [ a-z\"']{0,5}|  [a-z]{1,3}: \"[a-z]{0,3}\")", 1..6)
        .prop_map(|lines| format!("top: x\n{}\n", lines.join("\n")))
}

proptest! {
    #[test]
    fn texts_in_scalars(text in values(), style in 0_usize..4, depth in 1_usize..4) {
        let indent = " ".repeat(8 + depth);
        let scalar = scalar(&text, style, &indent);
        let file = format!(
            "# ä\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: z}}\nspec:\n  source:\n    \
             chart: z\n    helm:\n      values: {scalar}"
        );
        let memory = Memory::new(&[("a.yaml", &file)]);
        let reading = memory.read("a.yaml");
        let exact = exact_characters(&memory, &reading);
        // Of block scalars all but the line ends of two characters, of quotes all but what is escaped.
        let escaped = text.chars().filter(|character| matches!(character, '\n' | '"' | '\'')).count();
        prop_assert!(exact + escaped >= text.chars().count(), "{exact} of {text:?} in {scalar:?}");
    }

    #[test]
    fn templates_of_applications(hours in "[0-9a-z'\"\\\\.ä-]{0,6}", style in 0_usize..3) {
        let element = serde_json::Value::String(hours.clone()).to_string();
        let values = scalar("a: x\nb: \"{{ h }}\"\nc: {{none}}\n", style, "            ");
        let file = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: z}}\nspec:\n  generators:\n  \
             - list: {{elements: [{{h: {element}}}]}}\n  template:\n    spec:\n      source:\n        chart: z\n        \
             helm:\n          values: {values}"
        );
        let memory = Memory::new(&[("a.yaml", &file)]);
        prop_assert!(exact_characters(&memory, &memory.read("a.yaml")) > 5);
    }

    #[test]
    fn heredocs(text in values(), indent in 0_usize..6) {
        let lines: String = text.lines().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect();
        let file = format!("resource \"helm_release\" \"z\" {{\n  chart = \"z\"\n  values = [<<-EOT\n{lines}  EOT\n  ]\n}}\n");
        let memory = Memory::new(&[("main.tf", &file)]);
        let reading = memory.read("main.tf");
        let Content::Values(values) = &reading.releases[0].layers[0].content else { panic!("{reading:?}") };
        prop_assert_eq!(values.text.as_str(), &text);
        prop_assert_eq!(exact_characters(&memory, &reading), text.chars().count());
    }

    #[test]
    fn helmfiles(hours in "[1-9][0-9]{0,2}", is_known in any::<bool>()) {
        let name = if is_known { "h" } else { "none" };
        let file = format!(
            "environments: {{default: {{values: [{{h: {hours}}}]}}}}\n---\nreleases:\n- name: z\n  chart: r/z\n  values:\n  \
             - a: {{{{ .Values.{name} }}}}\n    {{{{- if .x }}}}\n    b: ä\n    {{{{- end }}}}\n"
        );
        let memory = Memory::new(&[("helmfile.yaml", &file)]);
        let reading = memory.read("helmfile.yaml");
        prop_assert!(exact_characters(&memory, &reading) > 20);
        let (value, place) = said(&reading.releases[0].layers[0], &["a"]).unwrap();
        prop_assert_eq!(place.is_known, is_known);
        if is_known {
            prop_assert_eq!(&value, &hours);
            prop_assert_eq!(&file[place.span.start..place.span.end], &hours);
        }
    }

    /// Whatever is cut out of a file or put into it: it is read or told as broken, and every place is in a file.
    #[test]
    fn damaged_files(which in 0_usize..FILES.len(), at in any::<prop::sample::Index>(), cut in 0_usize..40, put in "[ -~\n{}\\[\\]äé]{0,8}") {
        let (path, text) = FILES[which];
        let start = at.index(text.len() + 1);
        let start = (0..=start).rev().find(|&start| text.is_char_boundary(start)).unwrap();
        let end = (start + cut..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len());
        let damaged = format!("{}{put}{}", &text[..start], &text[end..]);
        let memory = Memory::new(&[(path, &damaged)]);
        let reading = memory.read(path);
        exact_characters(&memory, &reading);
        for release in &reading.releases {
            release.layers.iter().for_each(|layer| drop(layer.unknown()));
            prop_assert!(release.sites.iter().all(|site| site.document.end <= site.text.as_str().len()));
        }
        prop_assert!(reading.broken.iter().all(|error| error.offset <= damaged.len()));
    }
}

const FILES: [(&str, &str); 7] = [
    ("argocd.yaml", include_str!("../../fixtures/gitops/argocd.yaml")),
    ("flux.yaml", include_str!("../../fixtures/gitops/flux.yaml")),
    ("helmfile.yaml.gotmpl", include_str!("../../fixtures/gitops/helmfile.yaml.gotmpl")),
    ("kustomization.yaml", include_str!("../../fixtures/gitops/kustomization.yaml")),
    ("k3s.yaml", include_str!("../../fixtures/gitops/k3s.yaml")),
    ("fleet.yaml", include_str!("../../fixtures/gitops/fleet.yaml")),
    ("main.tf", include_str!("../../fixtures/gitops/main.tf")),
];

#[test]
fn the_undamaged_files_hold_releases() {
    for (path, text) in FILES {
        let reading = Memory::new(&[(path, text)]).read(path);
        assert!(reading.releases.len() >= 2 && reading.broken.is_empty(), "{path}: {reading:?}");
    }
}
