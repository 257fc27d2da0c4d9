#!/usr/bin/env bash
# Start one more node of the cluster, in the foreground.

usage="usage: ${0##*/} I

Start the node apothik_I@127.0.0.1 (I from 1 to 999) in the foreground; Ctrl-C ends it.
PYBEAM_COOKIE and PYBEAM_EPMD_PORT are respected. Where the cluster was started with an N other
than 5, APOTHIK_NODES=N tells this node so; without it the two would spread the keys differently."

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
echo "Starting instance $1 with node apothik_$1@127.0.0.1..."
exec "$python" -m pybeam run apothik.application:Apothik --name "apothik_$1@127.0.0.1"
