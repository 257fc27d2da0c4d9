"""Five nodes through kills, restarts, freezes and partitions: what is promised holds in every order of events."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dist.lab import Here, Lab

NAMES = [f"n{n}@h" for n in range(5)]


class Chaos:
    """A lab in which anything happens, and a count of what each node has sent to each."""

    def __init__(self, seed: int) -> None:
        self.lab = Lab(seed)
        self.random = self.lab.random
        self.all: list[Here] = []
        self.sent: dict[tuple[int, str], int] = {}
        for name in NAMES:
            self.begin(name)

    def begin(self, name: str) -> None:
        node = self.lab.node(name)
        self.all.append(node)
        for other in NAMES:
            node.connect(other)

    def step(self) -> None:
        act = self.random.choice([self.talk] * 30 + [self.restart, self.freeze, self.cut, self.heal, self.reconnect])
        act()
        self.lab.run(self.random.choice([0.0, 0.0002, 0.001, 0.01, 0.3]))

    def talk(self) -> None:
        node, other = self.random.choice(self.lab.here), self.random.choice(NAMES)
        if other != node.name:
            n = self.sent[node.creation, other] = self.sent.get((node.creation, other), 0) + 1
            node.send(other, (other, n))

    def restart(self) -> None:
        victim = self.random.choice(self.lab.here)
        self.lab.kill(victim)
        self.begin(victim.name)

    def freeze(self) -> None:
        node = self.random.choice(self.lab.here)
        self.lab.here.remove(node)
        self.lab.run(self.random.uniform(0, 5))
        self.lab.here.append(node)

    def cut(self) -> None:
        a, b = self.random.sample(self.lab.here, 2)
        self.lab.network.cut(a.address, b.address, one_way=self.random.random() < 0.3)
        self.lab.run(self.random.uniform(0, 12))

    def heal(self) -> None:
        self.lab.network.heal()

    def reconnect(self) -> None:
        for node in self.lab.here:
            for name in NAMES:
                node.connect(name)


def check(node: Here) -> int:
    """Hold the notes of one node to the promises. Returns how many messages it got."""
    up: dict[str, int] = {}
    last: dict[str, int] = {}
    notes: list[Any] = node.notes.log
    for kind, *rest in notes:
        if kind == "nodeup":
            assert rest[0] not in up, "nodeup twice"
            up[rest[0]] = 0
        elif kind == "nodedown":
            del up[rest[0]]
            last.pop(rest[0], None)
        else:
            _, (meant_for, n), sender = rest
            assert meant_for == node.name and sender.node in up, "a message outside of a session"
            assert up[sender.node] in (0, sender.creation), "a message across incarnations"
            assert n == last.get(sender.node, n - 1) + 1, "a gap, a double or a wrong order within a session"
            up[sender.node], last[sender.node] = sender.creation, n
    return len(node.messages())


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_sessions_are_gap_free_and_the_mesh_comes_back(seed: int) -> None:
    chaos = Chaos(seed)
    for _ in range(400):
        chaos.step()
    chaos.heal()
    chaos.lab.run(15.0)
    chaos.reconnect()
    chaos.lab.run(10.0)
    assert sum(map(check, chaos.all)) > 100
    assert chaos.lab.is_mesh()


def test_the_same_seed_gives_the_same_run() -> None:
    logs = []
    for _ in range(2):
        chaos = Chaos(99)
        for _ in range(200):
            chaos.step()
        logs.append([node.notes.log for node in chaos.all])
    assert logs[0] == logs[1]
