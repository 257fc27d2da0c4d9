# shellcheck shell=bash
# Learn how many nodes the cluster that runs spreads its keys over. Sourced after _setup.sh:
#
#   learn_size      # exports APOTHIK_NODES, unless it is set or no cluster runs

# The nodes are asked. A note in a file would outlive a cluster that was killed, and be gone with a
# script whose nodes were killed and started again one by one. A cluster that is just starting holds
# the lock: it is waited for, as its nodes cannot be asked yet.
learn_size() {
    local name nodes
    [[ -z ${APOTHIK_NODES+set} ]] || return 0
    trap 'die_by INT' INT # what it ends may be a command whose failure is taken in stride
    # shellcheck disable=SC2154 # _setup.sh has set it
    lock "$python"
    for name in $("$python" -m pybeam names 2>/dev/null); do
        [[ $name == apothik_* ]] || continue
        nodes=$("$python" -m pybeam rpc --timeout 2 "$name@127.0.0.1" apothik.cluster:node_list 2>/dev/null) || continue
        nodes=${nodes//[!@]/}
        export APOTHIK_NODES=${#nodes}
        break
    done
    unlock
    trap - INT
}
