#!/usr/bin/env bash
# Builds the program for a target and packs it with its manual, completions and licences:
# target/pack/autopurge-VERSION-TARGET.tar.gz, the name that packaging/install.sh and cargo-binstall ask for.
#
#   pack.sh TARGET [PROGRAM]
#
# PROGRAM is one that is built already. PACK_FOLDER stands for target/pack.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$1
built=${2:-}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
pack=${PACK_FOLDER:-target/pack}
folder=$pack/$target

if [ -z "$built" ]; then
    built=$(bash packaging/build.sh "$target")
fi
rm -rf "$folder"
mkdir -p "$folder/completions" "$folder/man"
install -m 755 "$built" "$folder/autopurge"
cp README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$folder/"
for shell in bash zsh fish powershell elvish; do
    "$folder/autopurge" completions "$shell" > "$folder/completions/autopurge.$shell"
done
"$folder/autopurge" man "$folder/man"
(cd "$folder" && tar -czf "../autopurge-$version-$target.tar.gz" -- *)
rm -rf "$folder"
printf 'packed %s\n' "$pack/autopurge-$version-$target.tar.gz"
