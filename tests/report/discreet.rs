//! Law 8 in every format: nothing is shown but the settings themselves.

use autopurge::report::{Format, Report};

use super::{part, rendered, tool};
use crate::post_render::discreet::{CANARY, canaries};

#[test]
fn no_format_quotes_anything_but_settings() {
    let streams = canaries();
    assert!(streams.len() > 40);
    for stream in streams {
        let report = Report::new(tool(), vec![part("manifests.yaml", stream.as_bytes())]);
        assert!(!report.servers.is_empty(), "{stream}");
        for format in Format::ALL {
            let text = rendered(format, &report);
            assert!(!text.contains(CANARY), "{}\n{stream}\n{text}", format.name());
        }
    }
}

#[test]
fn byte_edits_of_plain_values_are_in_the_report() {
    let shown = |report: &Report| rendered(Format::Sarif, report).contains("insertedContent");
    let reports = canaries().into_iter().map(|stream| Report::new(tool(), vec![part("m.yaml", stream.as_bytes())]));
    assert!(reports.filter(shown).count() > 3);
}
