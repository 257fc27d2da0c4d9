"""What becomes of links and monitors when a connection is lost, and when anything at all happens."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam import Pid, Ref, node, process, rpc
from pybeam.runtime.gateway import Gateway
from pybeam.runtime.ports import Parcel
from pybeam.runtime.switch import running
from pybeam.testing.world import SimNode, World
from tests.listener import listen
from tests.ties import A, B, far_ties, idle, told


@pytest.fixture
def pair() -> tuple[SimNode, SimNode]:
    """Two nodes that are not connected yet."""
    a, b = World().nodes(A, B)
    return a, b


# ---------------------------------------------------------------------- a connection that is lost


def test_a_lost_connection_breaks_each_tie_once_on_both_sides_and_before_nodedown(
    pair: tuple[SimNode, SimNode],
) -> None:
    a, b = pair
    theirs = listen(b, "ear", to_nodes=True)
    b.run(lambda: None)

    def body() -> list[object]:
        process.trap_exit()
        node.monitor_nodes()
        pid = rpc.call(B, "pybeam.process:whereis", "ear")
        rpc.call(B, _trap, pid)
        process.link(pid)
        ref, by_name = process.monitor(pid), process.monitor(("ear", B))
        process.sleep(0.1)
        node.disconnect(B)
        heard = [told(1.0) for _ in range(6)]
        assert heard[0] == ("nodeup", B)
        assert set(heard[1:4]) == {
            ("EXIT", pid, "noconnection"),
            ("DOWN", ref, "process", pid, "noconnection"),
            ("DOWN", by_name, "process", ("ear", B), "noconnection"),
        }
        assert heard[4:] == [("nodedown", B), "nothing"]
        return heard

    a.run(body)
    a.world.advance(1.0)
    assert [m[0] for m in theirs if isinstance(m, tuple)][-2:] == ["EXIT", "nodedown"]
    assert far_ties(a, b) == []


def _trap(pid: Pid) -> None:
    running().runtime.processes[pid.number].trap_exit = True


def test_nothing_comes_back_with_the_next_connection(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair

    def body() -> None:
        process.trap_exit()
        pid = node.spawn(B, idle)
        process.monitor(pid)
        node.disconnect(B)
        assert told()[4] == "noconnection"
        node.connect(B)
        process.exit(pid, "kill")
        assert told() == "nothing"

    a.run(body)
    assert far_ties(a, b) == []


def test_what_a_killed_node_had_sent_comes_before_its_loss(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    ended = b.spawn(idle)
    stays = b.spawn(idle)

    def body() -> list[object]:
        refs = {process.monitor(ended.pid): "ended", process.monitor(stays.pid): "stays"}
        process.sleep(0.1)
        process.send(ended.pid, "end")
        process.sleep(0.05)
        b.crash()
        return [(refs[m[1]], m[4]) for m in (told(), told())]

    assert a.run(body) == [("ended", "normal"), ("stays", "noconnection")]


@pytest.mark.parametrize("at", ["before it is known who it is", "later"])
def test_a_loss_is_told_with_the_pid_of_who_was_spawned_and_monitored(
    at: str, pair: tuple[SimNode, SimNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    if at != "later":
        # The answer has come and its caller is about to run, when the connection goes.
        reply = Gateway.reply

        def lose() -> None:
            a.runtime.network.disconnect(B)

        def reply_and_lose(self: Gateway, process: int, ref: int, body: Parcel) -> None:
            reply(self, process, ref, body)
            if self is a.runtime.network._arrivals:  # type: ignore[attr-defined]  # it is a Kernel
                a.runtime.call_soon(lose)

        monkeypatch.setattr(Gateway, "reply", reply_and_lose)

    def body() -> None:
        pid, ref = node.spawn_monitor(B, idle)
        known = process.info()
        assert known is not None and known["monitors"] == ([pid] if at == "later" else [])
        node.disconnect(B)
        assert told() == ("DOWN", ref, "process", pid, "noconnection")
        assert told() == "nothing"
        assert node.list() == []

    a.run(body)
    assert far_ties(a, b) == []


# ---------------------------------------------------------------------- all of it at random


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["link", "unlink", "monitor", "exit", "cut", "wait"]), st.integers(0, 3), st.integers(0, 3)
        ),
        max_size=30,
    ),
    st.integers(0, 99),
)
def test_whatever_happens_no_monitor_tells_twice_and_nothing_is_left(
    acts: list[tuple[str, int, int]], seed: int
) -> None:
    world = World(seed)
    nodes = world.nodes(A, B)
    heard: dict[int, list[Any]] = {}
    refs: dict[int, list[Ref]] = {}

    def body(slot: int) -> None:
        process.trap_exit()
        while True:
            match process.receive():
                case ("do", act, pid):
                    result = act(pid)
                    if isinstance(result, Ref):
                        refs[slot].append(result)
                case ("end",):
                    return
                case other:
                    heard[slot].append(other)

    actors = []
    for slot in range(4):
        heard[slot], refs[slot] = [], []
        actors.append(nodes[slot % 2].spawn(body, slot))
    world.settle()
    for what, one, two in acts:
        if what == "wait":
            world.advance(0.01)
        elif what == "cut":
            nodes[one % 2].run(node.disconnect, nodes[1 - one % 2].name)
        elif what == "exit":
            nodes[one % 2].run(process.send, actors[one].pid, ("end",))
        else:
            act = {"link": process.link, "unlink": process.unlink, "monitor": process.monitor}[what]
            actors[one].runtime.deliver(actors[one], ("do", act, actors[two].pid))
    world.advance(30.0)
    for actor in actors:
        nodes[0].run(process.send, actor.pid, ("end",))
    world.advance(30.0)
    for slot in range(4):
        downs = [m[1] for m in heard[slot] if m[0] == "DOWN"]
        assert len(downs) == len(set(downs))
        assert set(downs) <= set(refs[slot])
        exits = [m for m in heard[slot] if m[0] == "EXIT"]
        assert len(exits) <= sum(1 for what, one, two in acts if what == "link" and slot in (one, two))
    assert far_ties(*nodes) == []
