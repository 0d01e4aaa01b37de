#!/usr/bin/env bash
# Install nixdrift into a directory of its own, and put that one program on PATH.
#
# SOURCE: what pip installs; empty: this action itself. PYTHON: the Python to install it with. ACTION: where this is.
set -euo pipefail

fail() {
  echo "::error title=nixdrift::$1"
  exit 2
}

if [[ $SOURCE == installed ]]; then
  command -v nixdrift >/dev/null || fail "there is no nixdrift on PATH, and the input nixdrift says that it is installed"
  exit 0
fi

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "Python 3.11 or later is needed: use actions/setup-python before, or name one with the input python"

place=$(mktemp -d "$RUNNER_TEMP/nixdrift-install.XXXXXX")
"$PYTHON" -m venv "$place/environment"
"$place/environment/bin/python" -m pip install --quiet --disable-pip-version-check -- "${SOURCE:-$ACTION}"
mkdir "$place/bin"
ln -s ../environment/bin/nixdrift "$place/bin/nixdrift"
echo "$place/bin" >>"$GITHUB_PATH"
