#!/usr/bin/env bash
# Builds the program as it is released, and prints where it is.
#
#   build.sh [TARGET]
#
# For Linux the C library is linked in: the program runs on every distribution, in images that hold nothing else too,
# and starts a sixth sooner than with a loader. It is glibc, because musl's memory allocator slows threads down.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
case $target in
*-linux-gnu) export RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" ;;
esac
cargo build --locked --release --bin autopurge --target "$target" >&2
printf '%s\n' "${CARGO_TARGET_DIR:-target}/$target/release/autopurge"
