"""The owner of a unique key may change its value; nobody else can."""

from pybeam import Registry
from tests.scenarios.trace import outcome, say

difference = "errors-of-our-own"
expected = ["{2, 1}", "[2]", "{raised, LookupError}"]


def scenario() -> None:
    Registry.start_link(keys="unique", name="keys")
    Registry.register("keys", "count", 1)
    say(Registry.update_value("keys", "count", lambda n: n + 1))
    say([value for _, value in Registry.lookup("keys", "count")])
    say(outcome(lambda: Registry.update_value("keys", "other", lambda n: n + 1)))
