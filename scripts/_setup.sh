# shellcheck shell=bash
# Make .venv/ and install the project in it, once. Sourced by the other scripts:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
#   set_up          # what a node needs
#   set_up dev      # the test tools too
#
# Sets `root` (the project) and `python` (the one of .venv/). Works from any directory, and needs
# no home directory. $PYTHON chooses the Python that .venv/ is made from; otherwise the first of
# python3, python3.13, python3.12, python3.11 that is new enough and can make one.
#
# A stamp in .venv/ says what was installed from what, so a second run costs a few milliseconds;
# an edit of setup.cfg or pyproject.toml, another Python or a moved checkout installs again.
# Of pip's output only that of a failure is shown.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P) || exit 1
python=$root/.venv/bin/python

set_up() {
    local extra=${1:-} base signal
    if _is_set_up "$extra"; then return; fi
    base=$(_base_python) || exit 1
    # pip and venv start others: in a process group of its own each job can be ended whole.
    set -m
    for signal in INT TERM HUP; do
        # shellcheck disable=SC2064 # $signal as it is now
        trap "_give_up $signal" "$signal"
    done
    lock "$base"
    if ! _is_set_up "$extra"; then
        _install "$extra" "$base" &
        wait $! || exit 1
    fi
    unlock
    trap - INT TERM HUP
    set +m
}

_give_up() {
    trap '' INT TERM HUP
    kill -TERM -- "-$!"
    wait
    die_by "$1"
} 2>/dev/null

# Die by a signal that was trapped, so that the caller sees it.
die_by() {
    trap - "$1"
    kill "-$1" $$
    exit $((128 + $(kill -l "$1"))) # still here: process 1 of a container does not die by a signal
}

# Hold the project's lock until `unlock` or the end of this shell, however that comes. Python
# (the argument) takes it, for not every system has flock(1). It belongs to descriptor 9, which
# stays open here; a child that outlives the need for it is started with 9<&-. In the background,
# because a signal must be able to end the waiting.
lock() {
    exec 9<"$root"
    "$1" -I -S -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' &
    wait $!
}

unlock() {
    exec 9<&-
}

_is_set_up() {
    local extra=$1 have stamp
    [[ -f $root/.venv/set-up ]] || return
    have=$(<"$root/.venv/set-up")
    stamp=$(_stamp) || return
    [[ $have == "$stamp dev" || $have == "$stamp${extra:+ $extra}" ]]
}

# What the installation depends on. Fails where .venv/ is not of the Python that $PYTHON asks for.
_stamp() {
    local version
    version=$("$python" -V 2>/dev/null) || return
    [[ -z ${PYTHON:-} || $version == "$("$PYTHON" -V 2>/dev/null)" ]] || return
    cd "$root" && echo "$version" "$root" "$(cksum setup.cfg pyproject.toml)"
}

_install() {
    local extra=$1 base=$2 stamp log=$root/.venv/set-up.log
    echo "Setting up .venv/ (the first time this takes a minute)..." >&2
    if ! _usable; then "$base" -m venv --clear "$root/.venv" || return; fi
    rm -f "$root/.venv/set-up"
    stamp=$(_stamp) || return
    if ! (cd "$root" && exec "$python" -m pip install --quiet --no-input --no-user \
        --disable-pip-version-check --editable ".${extra:+[$extra]}") </dev/null >"$log" 2>&1; then
        cat "$log" >&2
        echo "${0##*/}: the project could not be installed in $root/.venv; pip says why, above" >&2
        return 1
    fi
    # Written aside and renamed: half a stamp must not be taken for a whole one.
    echo "$stamp${extra:+ $extra}" >"$log" && mv "$log" "$root/.venv/set-up"
}

# Whether the .venv/ that is there can be completed: a whole one, of the right Python.
_usable() {
    _stamp >/dev/null &&
        "$python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)' 2>/dev/null
}

# Print the path of the Python to make .venv/ from. Where .venv/ itself is active it is the one
# behind it: a Python cannot clear the directory that it runs from.
_base_python() {
    local candidate answer why="" candidates=(python3 python3.13 python3.12 python3.11)
    local question='
import sys
if sys.version_info < (3, 11):
    sys.exit("is Python %d.%d, and pybeam needs 3.11 or newer" % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError:
    sys.exit("cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv)")
print(sys._base_executable)'
    if [[ -n ${PYTHON:-} ]]; then candidates=("$PYTHON"); fi
    for candidate in "${candidates[@]}"; do
        if ! command -v "$candidate" >/dev/null; then
            answer="is not installed"
        elif answer=$("$candidate" -W ignore -c "$question" 2>&1); then
            echo "$answer"
            return
        fi
        why=${why:-$candidate $answer}
    done
    echo "${0##*/}: $why; set PYTHON to one that will do, such as PYTHON=python3.12" >&2
    return 1
}
