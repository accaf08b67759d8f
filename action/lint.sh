#!/usr/bin/env bash
# Lints, annotates the lines of the pull request, writes the report and the summary of the job. Inputs come as variables:
# nothing that a person typed is ever part of a command.
set -euo pipefail

words() { # Lines as words: the variable's name, the array's name.
    local line
    while IFS= read -r line; do
        if [ -n "$line" ]; then printf '%s\0' "$line"; fi
    done <<< "$1"
}
mapfile -d '' -t paths < <(words "$LINT_PATHS")
mapfile -d '' -t args < <(words "$LINT_ARGS")

report=${RUNNER_TEMP:?}/autopurge.$LINT_FORMAT
text=${RUNNER_TEMP:?}/autopurge.txt
errors=${RUNNER_TEMP:?}/autopurge.errors
# Those of an earlier step are not of this one.
rm -f -- "$report" "$text"
code=0
# The annotations go to the log, where GitHub reads them.
autopurge lint --format github --format "$LINT_FORMAT" -o "$report" --format concise -o "$text" \
    ${args[@]+"${args[@]}"} -- "${paths[@]}" 2> "$errors" || code=$?
cat "$errors" >&2

{
    # Without a report there is nothing to upload.
    if [ -s "$report" ]; then printf 'report=%s\n' "$report"; fi
    printf 'exit-code=%s\n' "$code"
} >> "${GITHUB_OUTPUT:?}"
{
    printf '### autopurge\n\n'
    # Four blanks make a block of any text.
    if [ -s "$text" ]; then sed 's/^/    /' "$text"; fi
    if [ "$code" -ge 2 ]; then sed 's/^/    /' "$errors"; fi
    if [ ! -s "$text" ] && [ ! -s "$errors" ]; then printf 'Nothing to say (exit code %s).\n' "$code"; fi
    printf '\n'
} >> "${GITHUB_STEP_SUMMARY:?}"
exit "$code"
