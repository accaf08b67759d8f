//! Whatever changes manifests after Helm: patches, hooks and post-renderers, which override all values.

use super::field::Field;
use super::overlay;
use super::release::{Content, Layer, Located, Missing};
use crate::unix_path::base_name;

/// A layer that makes all values uncertain, if a text that changes manifests names a purge setting.
pub(super) fn naming(text: &str, written: Located) -> Option<Layer> {
    names_setting(text).then(|| named(written))
}

fn named(written: Located) -> Layer {
    layer(written, "they change what Helm renders, and name a purge setting")
}

/// The layer for patches of what Helm renders, if they touch anything that may decide how a server purges.
pub(super) fn patching(patches: &[Field<'_>], written: Located) -> Option<Layer> {
    overlay::may_decide_rendered(patches).then(|| patched(written))
}

/// The layer for patches that are known to do so.
pub(super) fn patched(written: Located) -> Layer {
    layer(written, "what Helm renders is patched")
}

fn layer(written: Located, why: &str) -> Layer {
    let missing = Missing { what: written.text.clone(), why: why.to_owned(), tried: Vec::new(), place: written.place };
    Layer { at: written.text, content: Content::Missing(missing) }
}

/// Whether a text names a purge setting, beyond just naming this program.
fn names_setting(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')));
    words.any(|word| word.contains("purge") && word.trim_matches('.') != "autopurge")
}

/// Whether a command is this program, and its arguments let it patch. The value of `AUTOPURGE_MODE` cannot be seen.
pub(super) fn is_autopurge<'a>(command: &'a str, args: impl IntoIterator<Item = &'a str>) -> bool {
    let mut words = command.split_whitespace();
    let program = words.next().map(base_name).unwrap_or_default();
    let only_warns = words.chain(args).any(|word| matches!(word, "warn" | "--mode=warn"));
    program == "autopurge" && !only_warns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_from_the_program() {
        let table = [
            ("autopurge.purgeInterval=1", true),
            ("{name: ZOO_AUTOPURGE_INTERVAL, value: '1'}", true),
            ("[{op: add, path: /autopurge/purgeInterval, value: 1}]", true),
            ("PURGE_INTERVAL", true),
            ("/usr/local/bin/autopurge post-render", false),
            ("helm autopurge-lint .", false),
            ("kubectl label ns zk a=b", false),
        ];
        for (text, expected) in table {
            assert_eq!(names_setting(text), expected, "{text}");
        }
    }

    #[test]
    fn the_program_is_known_by_its_name() {
        let table: [(&str, &[&str], bool); 6] = [
            ("autopurge", &[], true),
            ("./bin/autopurge", &["post-render", "--strict"], true),
            ("autopurge post-render --mode warn", &[], false),
            ("autopurge", &["post-render", "--mode=warn"], false),
            ("autopurge.sh", &[], false),
            ("kustomize", &["autopurge"], false),
        ];
        for (command, args, expected) in table {
            assert_eq!(is_autopurge(command, args.iter().copied()), expected, "{command} {args:?}");
        }
    }
}
