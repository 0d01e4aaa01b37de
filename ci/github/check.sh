#!/usr/bin/env bash
# Check once, and tell what was found in every way that GitHub has. Always succeeds: the last step gives the status.
#
# BASE, HEAD, ROOTS, FILE, FAIL_ON, BASELINE, ARGUMENTS, DIRECTORY, PYTHON: the action's inputs of these names.
# BEFORE: the commit that was there before, where the event names one. ACTION: where this action is.
set -euo pipefail

place=$(mktemp -d "$RUNNER_TEMP/nixdrift-report.XXXXXX")
report=$place/report.json

# Nobody who reads what follows takes it for a command of the runner: file names may look like one.
quietly() {
  local word status=0
  word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$word"
  "$@" || status=$?
  printf '\n::%s::\n' "$word"
  return "$status"
}

# One argument a line, as it stands there.
lines() {
  local line
  found=()
  while IFS= read -r line; do
    line=${line%$'\r'}
    [[ -z ${line//[[:space:]]/} ]] || found+=("$line")
  done <<<"$1"
}

# A clone of the last commit alone has not what was there before: fetch that, and nothing else.
fetch_before() {
  local what=()
  case $GITHUB_EVENT_NAME in
    pull_request)
      if git rev-parse --quiet --verify 'HEAD^1' >/dev/null; then return; fi
      what=(--deepen=1 origin "$GITHUB_SHA")
      ;;
    push | merge_group)
      [[ $BEFORE =~ ^[0-9a-f]{40,64}$ && ! $BEFORE =~ ^0+$ ]] || return 0
      if git cat-file -e "$BEFORE^{commit}" 2>/dev/null; then return; fi
      what=(--depth=1 origin "$BEFORE")
      ;;
    *) return ;;
  esac
  GIT_TERMINAL_PROMPT=0 quietly git fetch --quiet --no-tags --no-write-fetch-head "${what[@]}" ||
    echo "::notice title=nixdrift::what was there before this change could not be fetched: check out with fetch-depth: 0"
}

options=(--format "json=$report" "--fail-on=$FAIL_ON")
[[ -z $BASE ]] || options+=("--base=$BASE")
[[ -z $HEAD ]] || options+=("--head=$HEAD")
[[ -z $FILE ]] || options+=("--file=$FILE")
[[ -z $BASELINE ]] || options+=("--baseline=$BASELINE")
lines "$ARGUMENTS"
options+=(${found[@]+"${found[@]}"})
lines "$ROOTS"
asked=(${found[@]+"${found[@]}"})

if [[ $GITHUB_EVENT_NAME == pull_request_target ]]; then
  echo "::warning title=nixdrift::pull_request_target hands a stranger's code this repository's secrets: use pull_request"
fi

cd -- "$DIRECTORY"
[[ -n $BASE || -n $HEAD ]] || fetch_before
status=0
# What went wrong is told in the log, and once more as an annotation.
quietly nixdrift check "${options[@]}" -- ${asked[@]+"${asked[@]}"} 2>"$place/errors.txt" || status=$?
[[ ! -s $place/errors.txt ]] || quietly cat "$place/errors.txt"

if [[ -s $report ]]; then
  quietly nixdrift render "$report" --format "sarif=$place/nixdrift.sarif" --format "html=$place/nixdrift.html" \
    --format "markdown=$place/summary.md" --format "github=$place/annotations.txt" --output /dev/null
  cat "$place/annotations.txt"
fi
STATUS=$status PLACE=$place "$PYTHON" "$ACTION/ci/github/outputs.py"
