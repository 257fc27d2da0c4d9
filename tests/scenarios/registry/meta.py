"""A registry keeps notes."""

from pybeam import Registry
from tests.scenarios.trace import say


def scenario() -> None:
    Registry.start_link(keys="unique", name="keys", meta={"colour": "red"})
    say(Registry.meta("keys", "colour"))
    Registry.put_meta("keys", "size", 3)
    say(Registry.meta("keys", "size"))
