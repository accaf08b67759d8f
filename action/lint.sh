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
code=0
# The annotations go to the log, where GitHub reads them.
autopurge lint --format github --format "$LINT_FORMAT" -o "$report" --format concise -o "$text" \
    ${args[@]+"${args[@]}"} -- "${paths[@]}" || code=$?

{
    printf 'report=%s\n' "$report"
    printf 'exit-code=%s\n' "$code"
} >> "${GITHUB_OUTPUT:?}"
{
    printf '### autopurge\n\n'
    # Four blanks make a block of any text.
    if [ -s "$text" ]; then sed 's/^/    /' "$text"; else printf 'Nothing to say (exit code %s).\n' "$code"; fi
    printf '\n'
} >> "${GITHUB_STEP_SUMMARY:?}"
exit "$code"
