"""`Fail`: a wrong request is its caller's fault, and the server goes on."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam import Fail, GenServer, RemoteError
from pybeam.otp.directives import Continue
from pybeam.testing.world import SimNode, World


class Refused(Exception):
    """It has no `__init__` argument's value in its args: it pickles, and does not load."""

    def __init__(self, one: int, *, two: int) -> None:
        super().__init__(f"{one} and {two}")


class Picky(GenServer):
    """Answers numbers, counts them, and refuses everything else."""

    def init(self) -> None:
        self.asked = 0

    def handle_call(self, request: Any, from_: object) -> Any:
        if request == "asked":
            return self.asked
        if request == "local only":
            return Fail(Refused(1, two=2))
        if request == "and then":
            return Fail(ValueError("no"), then=Continue("counted"))
        self.asked += 1
        return request if isinstance(request, int) else Fail(TypeError(f"no number: {request!r}"))

    def handle_continue(self, arg: Any) -> None:
        self.asked += 100


@pytest.fixture
def here() -> SimNode:
    node = World().node("a@host")
    node.run(lambda: GenServer.start(Picky, name="picky"))
    return node


@pytest.fixture
def there(here: SimNode) -> SimNode:
    return here.world.node("b@host")


@pytest.mark.parametrize("caller", ["here", "there"])
def test_the_error_is_raised_at_the_caller_and_the_server_goes_on(caller: str, request: pytest.FixtureRequest) -> None:
    node: SimNode = request.getfixturevalue(caller)
    with pytest.raises(TypeError, match="no number: 'one'"):
        node.run(lambda: GenServer.call(("picky", "a@host"), "one"))
    assert node.run(lambda: GenServer.call(("picky", "a@host"), "asked")) == 1


def test_an_error_that_cannot_travel_arrives_as_a_remote_error(here: SimNode, there: SimNode) -> None:
    with pytest.raises(RemoteError, match="1 and 2"):
        there.run(lambda: GenServer.call(("picky", "a@host"), "local only"))
    with pytest.raises(Refused, match="1 and 2"):
        here.run(lambda: GenServer.call("picky", "local only"))


def test_what_comes_next_can_be_said_along_with_it(here: SimNode) -> None:
    with pytest.raises(ValueError, match="no"):
        here.run(lambda: GenServer.call("picky", "and then"))
    assert here.run(lambda: GenServer.call("picky", "asked")) == 100
