#!/usr/bin/env bash
# Start one more node of the cluster, in the foreground.

usage="usage: ${0##*/} I

Start the node apothik_I@127.0.0.1 (I from 1 to 999) in the foreground; Ctrl-C ends it.
PYBEAM_COOKIE and PYBEAM_EPMD_PORT are respected. It spreads keys over as many nodes as the cluster
that runs, or over 5 where none does; APOTHIK_NODES=N says otherwise."

set -u
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
    echo "$usage"
    exit
fi
if (($# != 1)) || ! [[ $1 =~ ^[1-9][0-9]{0,2}$ ]]; then
    echo "${0##*/}: takes one whole number from 1 to 999, not: ${*:-nothing} (--help says more)" >&2
    exit 2
fi
# shellcheck source=scripts/_setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
set_up
cd "$root" || exit 1
# shellcheck source=scripts/_size.sh
. scripts/_size.sh
learn_size
echo "Starting instance $1 with node apothik_$1@127.0.0.1..."
exec "$python" -m pybeam run apothik.application:Apothik --name "apothik_$1@127.0.0.1"
