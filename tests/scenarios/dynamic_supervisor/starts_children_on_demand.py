"""A dynamic supervisor starts without children, and takes any number of one kind."""

from dataclasses import replace

from pybeam import DynamicSupervisor, Pid
from tests.scenarios.kids import kid
from tests.scenarios.trace import say

difference = "which-children"
expected = [
    "{start, a}",
    "{start, b}",
    "%{active: 2, specs: 2, supervisors: 0, workers: 2}",
    "[{nil, true, worker}, {nil, true, worker}]",
]


def scenario() -> None:
    supervisor = DynamicSupervisor.start_link()
    for name in "ab":
        DynamicSupervisor.start_child(supervisor, replace(kid(name), id="same"))
    say(DynamicSupervisor.count_children(supervisor))
    children = DynamicSupervisor.which_children(supervisor)
    say([(child.id, isinstance(child.pid, Pid), child.type) for child in children])
