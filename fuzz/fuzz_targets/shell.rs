//! The reader of shell texts: no panic, and every place lies within the text.
#![no_main]

use autopurge::shell::{Files, Text, commands};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let all = commands(&Text::of_source(text));
    for command in &all {
        assert!(text.get(command.start..).is_some());
        for word in &command.words {
            assert!(text.get(word.span.clone()).is_some());
        }
    }
    if let Some(last) = all.len().checked_sub(1) {
        let _ = Files::before(&all, last, &|_| None).get("/conf/zoo.cfg");
    }
});
