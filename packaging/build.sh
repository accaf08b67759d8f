#!/usr/bin/env bash
# Builds the program as it is released, and prints where it is.
#
#   build.sh [TARGET]
#
# For Linux the C library is linked in: the program runs on every distribution, in images that hold nothing else too,
# and starts a sixth sooner than with a loader. It is glibc, which is what the tests run with.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
program=${CARGO_TARGET_DIR:-target}/$target/release/autopurge
build() { cargo build --locked --release --bin autopurge --target "$target" >&2; }

case $target in
*-linux-gnu)
    RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" build
    if readelf --dynamic "$program" | grep NEEDED >&2; then
        printf '%s still needs libraries\n' "$program" >&2
        exit 1
    fi
    ;;
*) build ;;
esac
printf '%s\n' "$program"
