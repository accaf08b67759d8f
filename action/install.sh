#!/usr/bin/env bash
# Puts the program into the runner's folder of tools, and that into PATH for the steps behind this one.
set -euo pipefail

if [ "$AUTOPURGE_VERSION" = path ]; then
    autopurge --version
    exit
fi
folder=${RUNNER_TEMP:?}/autopurge-$AUTOPURGE_VERSION
sh "$ACTION_PATH/packaging/install.sh" "$AUTOPURGE_VERSION" "$folder" "$ACTION_PATH"
printf '%s\n' "$folder" >> "${GITHUB_PATH:?}"
