"""A name that was given back is free; giving back what nobody has is an error on a BEAM, False here."""

from pybeam import process
from tests.scenarios.trace import say

difference = "unregister-tells"
expected = ["true", "nil", "false"]


def scenario() -> None:
    process.register("name", process.self())
    say(process.unregister("name"))
    say(process.whereis("name"))
    say(process.unregister("name"))
