#!/usr/bin/env bash
# Check formatting, lint and strict types, then run doctests and tests, and stop at the first
# step that fails, with its status. Arguments go to pytest in place of "everything":
#
#   ./scripts/test.sh
#   ./scripts/test.sh -k epmd
#   ./scripts/test.sh tests/test_architecture.py

set -u
# shellcheck source=scripts/_setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
set_up dev
cd "$root" || exit 1

step() {
    echo "== $1"
    shift
    "$@" || exit
}

step "format" "$python" -m ruff format --check .
step "lint" "$python" -m ruff check .
step "types" "$python" -m mypy --strict pybeam apothik tests bench conftest.py
echo "== doctests and tests"
# exec: pytest's closing line is the last one, and its status is ours.
exec "$python" -m pytest "$@"
