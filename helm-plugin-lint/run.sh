#!/bin/sh
# Runs the program that the install hook put here, or else the one in PATH.
own=$(dirname "$0")/bin/autopurge
if [ -x "$own" ]; then exec "$own" "$@"; fi
exec autopurge "$@"
