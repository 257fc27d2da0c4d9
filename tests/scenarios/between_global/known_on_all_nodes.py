"""A global name is known on all nodes when register_name returns, and taken for all."""

from pybeam import global_, process
from tests.scenarios.trace import on, peers, say, settle, take


def claim() -> bool:
    return global_.register_name("printer", process.self())


def give_up() -> bool:
    global_.unregister_name("printer")
    return global_.whereis_name("printer") is None


def scenario() -> None:
    [b] = peers(1)
    settle()
    me = process.self()
    say(global_.register_name("printer", me))
    say(on(b, global_.whereis_name, "printer") == me)
    say(on(b, claim))
    on(b, global_.send, "printer", "hello")
    say(take())
    say(on(b, give_up))
    say(global_.whereis_name("printer") is None)
