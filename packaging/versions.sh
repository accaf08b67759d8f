#!/usr/bin/env bash
# Whether everything that names the version of a release names this one: versions.sh 1.2.3
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=$1
code=0
agree() {
    [ "$2" = "$wanted" ] && return
    printf '%s says version %s, not %s\n' "$1" "${2:-of nothing}" "$wanted" >&2
    code=1
}

agree Cargo.toml "$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)"
agree Cargo.lock "$(sed -n '/^name = "autopurge"$/{n;s/^version = "\(.*\)"/\1/p;}' Cargo.lock)"
agree action.yml "$(sed -n '/^  version:$/,/^  [a-z]*:$/s/^    default: //p' action.yml)"
for plugin in helm-plugin helm-plugin-lint helm-plugin-lint-helm3; do
    agree "$plugin/plugin.yaml" "$(sed -n 's/^version: //p' "$plugin/plugin.yaml")"
done
exit "$code"
