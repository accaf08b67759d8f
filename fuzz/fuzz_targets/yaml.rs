//! The YAML reader: no panic, and everything that it shows lies within the text.
#![no_main]

use autopurge::yaml::{Document, split};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for span in split(bytes) {
        let slice = &bytes[span.start..span.end];
        if let Ok(Some(document)) = Document::parse(slice, span.start) {
            let _ = document.to_json();
            for node in document.nodes() {
                let _ = node.to_json();
            }
        }
    }
});
