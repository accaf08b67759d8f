#!/usr/bin/env bash
# Fuzzes the readers of snapshots, logs and YAML and the editor for a while each: `tests/fuzz.sh [SECONDS]` (30).
# Inputs that were found are kept in fuzz/corpus, those that broke something in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}

skip() {
    printf '\n==> SKIPPED fuzzing: %s\n' "$1" >&2
    [ -z "${CI:-}" ] || exit 1
    exit 0
}

if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install cargo-fuzz --locked --quiet || skip 'cargo-fuzz is missing and cannot be installed'
fi

# The first inputs: what real servers wrote, and the documents of the other tests. A first byte chooses how it is packed.
seed() {
    mkdir -p "fuzz/corpus/$1"
    local number=0 file
    for file in "${@:2}"; do
        [ -f "$file" ] && [ "$(stat -c %s "$file")" -lt 100000 ] || continue
        cp "$file" "fuzz/corpus/$1/seed-$number"
        number=$((number + 1))
    done
}
seed snapshot fixtures/zookeeper/small/version-2/snapshot.* fixtures/zookeeper/versions/*/snapshot.* fixtures/zookeeper/gz/*
seed log fixtures/zookeeper/versions/*/log.* fixtures/zookeeper/small/version-2/log.4*
seed yaml fixtures/post-render/*/input.yaml fixtures/yaml/*/*.yaml
mkdir -p fuzz/corpus/edit

# Stable Rust instruments too, once it is told to; the sanitizers alone need another compiler.
export RUSTC_BOOTSTRAP=1
for target in snapshot log yaml edit; do
    printf '\n==> fuzz %s for %s seconds\n' "$target" "$seconds"
    cargo fuzz run -s none "$target" -- -max_total_time="$seconds" -malloc_limit_mb=64 -rss_limit_mb=1024 -timeout=10 \
        -max_len=131072 -verbosity=0 -print_final_stats=1
done
printf '\n==> nothing found\n'
