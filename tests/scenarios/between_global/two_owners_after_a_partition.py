"""Two parts of a cluster that each gave a name meet again: the loser is killed on a BEAM, and told here."""

from pybeam import global_, node, process
from tests.scenarios.trace import collect, collected, on, peers, say, settle

difference = "the-loser-of-a-global-name-is-told"
expected = ["true", "true", "true", "[[{global_name_conflict, printer}], []]"]


def register_later() -> None:
    process.sleep(0.3)
    global_.register_name("printer", process.self())
    collect()


def scenario() -> None:
    [b] = peers(1)
    settle()
    remote = node.spawn(b, register_later)
    settle()
    node.disconnect(b)
    local = process.spawn(collect)
    say(global_.register_name("printer", local))
    process.sleep(0.6)
    node.connect(b)
    process.sleep(0.5)
    owner = global_.whereis_name("printer")
    say(owner in (local, remote))
    say(on(b, global_.whereis_name, "printer") == owner)
    say([collected(local), collected(remote)])
