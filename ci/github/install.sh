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

pip() {
  "$place/environment/bin/python" -m pip --quiet --disable-pip-version-check install "$@"
}

if [[ -n $SOURCE ]]; then
  pip -- "$SOURCE"
else
  # A commit of this action stands for all that runs: what it was released with, by hash, and not what is newest today.
  pip --require-hashes --no-deps --requirement "$ACTION/requirements/build.txt" --requirement "$ACTION/requirements/runtime.txt"
  pip --no-deps --no-build-isolation -- "$ACTION"
fi
mkdir "$place/bin"
ln -s ../environment/bin/nixdrift "$place/bin/nixdrift"
echo "$place/bin" >>"$GITHUB_PATH"
