"""re_register_name takes a name from whoever has it."""

from pybeam import global_, process
from tests.scenarios.trace import idle, say


def scenario() -> None:
    say(global_.register_name("printer", process.spawn(idle)))
    say(global_.re_register_name("printer", process.self()))
    say(global_.whereis_name("printer") == process.self())
    global_.unregister_name("printer")
