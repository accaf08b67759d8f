#!/bin/sh
# Runs the program that the install hook put here, or else the one in PATH.
own=$(dirname "$0")/bin/autopurge
if [ -x "$own" ]; then exec "$own" "$@"; fi
if command -v autopurge >/dev/null 2>&1; then exec autopurge "$@"; fi
# Helm 4 throws away what a post-renderer says on standard error, so that the terminal is told too.
say() { printf 'autopurge: the program is neither at %s nor in PATH; helm plugin update %s installs it\n' "$own" "${HELM_PLUGIN_NAME:-}"; }
say >&2
if [ ! -t 2 ] && (: >/dev/tty) 2>/dev/null; then say >/dev/tty; fi
exit 127
