"""What is published reaches the subscribers of all nodes, each once. (On the BEAM a group of pg stands for the
topic.)
"""

from pybeam import Pid, PubSub, node, process
from tests.scenarios.trace import hand_on, idle, more, on, peers, say, settle, take


def subscriber(tell: Pid) -> None:
    PubSub.subscribe("news", "weather")
    hand_on(tell)


def start(tell: Pid) -> None:
    process.spawn(keep)
    settle()
    process.spawn(subscriber, tell)


def keep() -> None:
    PubSub.start_link("news")
    idle()


def scenario() -> None:
    names = [node.self(), *peers(2)]
    for name in names:
        on(name, start, process.self())
    for _ in names:
        say(take())
    settle()
    PubSub.broadcast("news", "weather", "rain")
    for _ in names:
        say(take())
    say(more())
