#!/usr/bin/env bash
# Open the prompt: an IPython shell on the node master@127.0.0.1, with .pythonrc.py loaded.
# Arguments go to `pybeam shell`, so `--name other@127.0.0.1` opens a second one beside it. With
# --epmd-port or --cookie among them, APOTHIK_NODES=N must tell the size of that cluster if it is not 5.

set -u
# shellcheck source=scripts/_setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
set_up
# shellcheck source=scripts/_size.sh
. "$root/scripts/_size.sh"
# Only the cluster that the environment names can be asked.
[[ $* == *--epmd* || $* == *--cookie* ]] || learn_size
exec "$python" -m pybeam shell --name master@127.0.0.1 --rc "$root/.pythonrc.py" "$@"
