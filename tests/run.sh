#!/usr/bin/env bash
# Everything that has to pass, on a machine that has Rust and nothing else: fetches the real tools (tests/tools.sh),
# looks at formatting and lints, builds, runs the tests, and fuzzes for a minute. Continuous integration runs this.
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
    printf '\n==> %s\n' "$*"
    "$@"
}

# A Rust installed with the minimal profile lacks these; people get by without them, continuous integration does not.
has_component() {
    cargo "$1" --version >/dev/null 2>&1 && return
    rustup component add "$2" && return
    [ -n "${CI:-}" ] && return
    printf '\n==> SKIPPED cargo %s: not installed, and rustup cannot add %s\n' "$1" "$2"
    return 1
}

step bash tests/tools.sh
if has_component fmt rustfmt; then step cargo fmt --check; fi
if has_component clippy clippy; then step cargo clippy --all-targets --locked -- -D warnings; fi
step cargo test --locked
step bash tests/fuzz.sh 15
printf '\n==> all passed\n'
