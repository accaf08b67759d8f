#!/usr/bin/env bash
# Fuzzes the readers of snapshots, logs, YAML, GitOps files and shell texts and the editor for a while each: `tests/fuzz.sh [SECONDS]` (30).
# Inputs that were found are kept in fuzz/corpus, those that broke something in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}

skip() {
    printf '\n==> SKIPPED fuzzing: %s\n' "$1" >&2
    [ -z "${CI:-}" ] || exit 1
    exit 0
}

command -v c++ >/dev/null || skip 'a C++ compiler is missing, which libFuzzer is built with (Debian: apt-get install g++)'
if ! cargo fuzz --version >/dev/null 2>&1; then
    # Into the tools of the tests: nobody asked for a program in their home.
    cargo install cargo-fuzz --version 0.13.2 --locked --quiet --root target/tools/cargo-fuzz ||
        skip 'cargo-fuzz is missing and cannot be installed'
    export PATH=$PWD/target/tools/cargo-fuzz/bin:$PATH
fi

# The first inputs: what real servers wrote, and the documents of the other tests.
seed() {
    mkdir -p "fuzz/corpus/$1"
    local number=0 file
    for file in "${@:2}"; do
        [ -f "$file" ] && [ "$(stat -c %s "$file")" -lt 100000 ] || continue
        cp "$file" "fuzz/corpus/$1/seed-$number"
        number=$((number + 1))
    done
}
# A snapshot of two nodes, a session and a list of access rights: changes of small inputs are tried far more often. Its
# checksums are put right by the target.
small_snapshot() {
    printf 'ZKSN\0\0\0\2\377\377\377\377\377\377\377\377'
    printf '\0\0\0\1\1\0\0\0\0\0\0\2\0\0\x75\x30'
    printf '\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\x1f\0\0\0\5world\0\0\0\6anyone'
    printf '\0\0\0\0\377\377\377\377' && head -c 68 /dev/zero
    printf '\0\0\0\2/a\0\0\0\1x' && head -c 68 /dev/zero
    # The end of the tree, a seal, the digest with its seal, the last zxid with its seal.
    printf '\0\0\0\1/' && head -c 8 /dev/zero && printf '\0\0\0\1/'
    head -c 20 /dev/zero && head -c 8 /dev/zero && printf '\0\0\0\1/'
    head -c 8 /dev/zero && head -c 8 /dev/zero && printf '\0\0\0\1/'
}
# A file of each tool; the digit in front of it chooses the reader.
seed_gitops() {
    mkdir -p fuzz/corpus/gitops
    local file reader
    for file in fixtures/gitops/*; do
        case $file in
            */helmfile.*) reader=1 ;;
            */kustomization.*) reader=2 ;;
            */fleet.*) reader=3 ;;
            *.tf) reader=4 ;;
            *) reader=0 ;;
        esac
        { printf '%s' "$reader" && cat "$file"; } > "fuzz/corpus/gitops/seed-$(basename "$file")"
    done
}
mkdir -p target
small_snapshot > target/small-snapshot
gzip -nc target/small-snapshot > target/small-snapshot.gz
seed snapshot target/small-snapshot target/small-snapshot.gz fixtures/zookeeper/small/version-2/snapshot.* fixtures/zookeeper/versions/*/snapshot.* fixtures/zookeeper/gz/*
seed log fixtures/zookeeper/versions/*/log.* fixtures/zookeeper/small/version-2/log.4*
seed yaml fixtures/post-render/*/input.yaml fixtures/yaml/*/*.yaml
seed_gitops
seed shell packaging/*.sh tests/*.sh
mkdir -p fuzz/corpus/edit

# Stable Rust instruments too, once it is told to; the sanitizers alone need another compiler.
export RUSTC_BOOTSTRAP=1
cargo fuzz build -s none
for target in snapshot log yaml edit gitops shell; do
    printf '\n==> fuzz %s for %s seconds\n' "$target" "$seconds"
    cargo fuzz run -s none "$target" -- -max_total_time="$seconds" -malloc_limit_mb=64 -rss_limit_mb=1024 -timeout=10 \
        -max_len=8192 -verbosity=0 -print_final_stats=1
done
printf '\n==> nothing found\n'
