"""A global name has one owner."""

from pybeam import global_, process
from tests.scenarios.trace import idle, say, take


def scenario() -> None:
    me = process.self()
    say(global_.whereis_name("printer") is None)
    say(global_.register_name("printer", me))
    say(global_.register_name("printer", process.spawn(idle)))
    say(global_.whereis_name("printer") == me)
    global_.send("printer", "hello")
    say(take())
    global_.unregister_name("printer")
    say(global_.whereis_name("printer") is None)
