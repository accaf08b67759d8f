#!/usr/bin/env bash
# Records docs/demo/*.svg from what the program really prints. AUTOPURGE is the program; without it, it is built.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${AUTOPURGE:-}
if [ -z "$program" ]; then
    cargo build --locked --release
    program=target/release/autopurge
fi
folder=${1:-docs/demo}

# Draws what a command prints, whatever its exit code, below the command as a person types it.
draw() {
    local name=$1 title=$2 shown=$3
    shift 3
    { "$@" 2>&1 || true; } | python3 docs/demo/record.py "$title" "$shown" > "$folder/$name.svg"
    printf 'recorded %s\n' "$folder/$name.svg"
}

lint() { "$program" lint --color always fixtures/remedy/chart; }
post_render() { "$program" post-render --color always < fixtures/post-render/posthog-label-18.2.0/input.yaml | diff fixtures/post-render/posthog-label-18.2.0/input.yaml -; }

draw lint 'autopurge lint finds a chart whose ZooKeeper never purges' 'autopurge lint charts/events' lint
draw post-render 'autopurge post-render switches purging on and changes nothing else' \
    'autopurge post-render < before.yaml | diff before.yaml -' post_render
