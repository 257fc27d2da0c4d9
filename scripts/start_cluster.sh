#!/usr/bin/env bash
# Start the nodes of a cluster, keep them in the foreground, and end every one of them.
#
# Decides two things. What a failed start is: a node that gives up by itself before every node has
# its name; then all of them are ended and the status is 1. What is none: a node that dies later,
# or that somebody kills at any time; the others stay, as the nodes of a cluster should.
#
# After INT, TERM or HUP the script dies by that signal once its nodes are gone. A shell shows 130,
# 143 or 129, a calling script ends on Ctrl-C too, and systemd takes a stop that it asked for as
# clean, where it would call a plain `exit 143` a failure.

usage="usage: ${0##*/} [N]

Start N nodes (1 to 999, default 5), apothik_1@127.0.0.1 and so on, in the foreground.
Ctrl-C or SIGTERM ends them all. PYBEAM_COOKIE and PYBEAM_EPMD_PORT are respected."

set -u
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
    echo "$usage"
    exit
fi
size=${1-5}
if (($# > 1)) || ! [[ $size =~ ^[1-9][0-9]{0,2}$ ]]; then
    echo "${0##*/}: takes one whole number from 1 to 999, not: $* (--help says more)" >&2
    exit 2
fi
# shellcheck source=scripts/_setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
set_up
cd "$root" || exit 1
export APOTHIK_NODES=$size # each node must spread the keys over the same ones

pids=() # of the nodes that live, by number

main() {
    trap stop EXIT
    for signal in INT TERM HUP PIPE; do
        # shellcheck disable=SC2064 # $signal as it is now
        trap "end_by $signal" "$signal"
    done
    # Two scripts that start at once would each take some of the names and both fail: one waits.
    lock "$python"
    refuse_taken_names
    for ((i = 1; i <= size; i++)); do
        echo "Starting instance $i with node apothik_$i@127.0.0.1..."
        "$python" -m pybeam run apothik.application:Apothik --name "apothik_$i@127.0.0.1" --die-with-parent $$ 9<&- &
        pids[i]=$!
    done
    await_start
    unlock
    while ((${#pids[@]} > 0)); do
        in_background sleep 1
        note_ends
    done
    fail "every node has ended"
}

fail() {
    echo "${0##*/}: $1" >&2
    exit 1
}

refuse_taken_names() {
    local i taken=""
    ask_names
    for ((i = 1; i <= size; i++)); do
        if is_known "$i"; then taken+=" apothik_$i@127.0.0.1"; fi
    done
    [[ -z $taken ]] || fail "taken on this host:$taken (another PYBEAM_EPMD_PORT makes room for a second cluster)"
}

# Watch the nodes until each that lives has its name, or for 30 s.
await_start() {
    local i all_up deadline=$((SECONDS + 30))
    while ((SECONDS < deadline)); do
        in_background sleep 0.3
        ask_names
        note_ends in_start
        all_up=yes
        for i in "${!pids[@]}"; do
            is_known "$i" || all_up=no
        done
        [[ $all_up == no ]] || return 0
    done
}

note_ends() {
    local i status
    for i in "${!pids[@]}"; do
        if kill -0 "${pids[i]}" 2>/dev/null; then continue; fi
        status=0
        wait "${pids[i]}" 2>/dev/null || status=$?
        unset "pids[i]"
        if [[ ${1:-} == in_start ]] && ((status <= 128)); then
            fail "apothik_$i@127.0.0.1 did not start (status $status); ending the others"
        fi
        echo "${0##*/}: apothik_$i@127.0.0.1 has ended (status $status)" >&2
    done
}

# Nothing runs in the foreground, nor in $(...): a trap waits until such a command has ended, and
# bash loses a SIGINT that comes in the moment in which it ends. `wait` is interrupted at once.
# (What it would print is that some node was killed, without its name; `note_ends` names it.)
in_background() {
    "$@" &
    wait $! 2>/dev/null
}

# Set `known` to what the port mapper knows, lines of a name and a port; to nothing without one.
ask_names() {
    exec 8< <(exec "$python" -m pybeam names 2>/dev/null)
    wait $! 2>/dev/null
    IFS= read -r -d "" known <&8
    exec 8<&-
}

is_known() {
    [[ $known =~ (^|[[:space:]])apothik_$1[[:space:]] ]]
}

# End every child within 3 s. Called by traps. A second Ctrl-C must not cut that short.
# shellcheck disable=SC2329
stop() {
    local tick
    trap - EXIT
    trap '' INT TERM HUP PIPE
    for tick in {0..20}; do
        find_living
        ((${#living[@]} > 0)) || break
        case $tick in
            0 | 5) kill -TERM "${living[@]}" ;; # one that was between fork and exec missed the first
            20) kill -KILL "${living[@]}" ;;
        esac
        sleep 0.1
    done 2>/dev/null
    wait 2>/dev/null
}

# Set `living` to the children that are left. Not asked of `jobs`: where a trap interrupts `wait`,
# it goes on calling a child running that has ended. $! is the one not yet written down anywhere.
# shellcheck disable=SC2329
find_living() {
    local pid
    living=()
    for pid in "${pids[@]}" ${!:+"$!"}; do
        if kill -0 "$pid" 2>/dev/null; then living+=("$pid"); fi
    done
}

# shellcheck disable=SC2329
end_by() {
    stop
    die_by "$1"
}

main
