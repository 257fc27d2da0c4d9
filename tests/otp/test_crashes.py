"""Whatever a callback raises ends that process and no more: it is restarted, its caller told, the node lives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from greenlet import GreenletExit

from pybeam.errors import ServerDied
from pybeam.otp.directives import Continue
from pybeam.otp.gen_server import GenServer
from pybeam.process import send
from pybeam.testing.inside import inside, settle
from tests.otp.family import Family, children, crash


def dig() -> None:
    dig()


RAISED: dict[str, Callable[[], object]] = {"RecursionError, by recursion": dig, "its own exception": crash}
_KINDS = {
    kind.__name__: kind
    for kind in (Exception, SystemExit, KeyboardInterrupt, GreenletExit, GeneratorExit, RecursionError, MemoryError)
}
for _kind in _KINDS.values():

    def _raise(kind: type[BaseException] = _kind) -> None:
        raise kind("boom")

    RAISED[_kind.__name__] = _raise

CALLBACKS: dict[str, Callable[[Callable[[], object]], object]] = {
    "handle_call": lambda act: GenServer.call("b", act),
    "handle_cast": lambda act: GenServer.cast("b", act),
    "handle_info": lambda act: send("b", act),
    "handle_continue": lambda act: GenServer.cast("b", Continue(act)),
}


@pytest.mark.parametrize("callback", CALLBACKS)
@pytest.mark.parametrize("raised", RAISED)
def test_whatever_a_callback_raises_ends_that_process_and_no_more(raised: str, callback: str) -> None:
    @inside
    def story() -> None:
        family = Family()
        supervisor = family.start("abc")
        before = children(supervisor)
        if callback == "handle_call":
            with pytest.raises(ServerDied) as caught:
                CALLBACKS[callback](RAISED[raised])
            assert raised in str(caught.value) or raised not in _KINDS
        else:
            CALLBACKS[callback](RAISED[raised])
        settle()
        after = children(supervisor)
        assert (after["a"], after["c"]) == (before["a"], before["c"])
        assert after["b"] != before["b"]
        assert GenServer.call("b", "are you there?") == "are you there?"

    story()


class Unprintable(Exception):
    def __str__(self) -> str:
        raise ArithmeticError

    __repr__ = __str__


@inside
def test_an_exception_that_cannot_be_printed_is_an_exception_like_any() -> None:
    def raise_it() -> None:
        raise Unprintable

    family = Family()
    family.start("a")
    with pytest.raises(ServerDied, match="its text cannot be made"):
        GenServer.call("a", raise_it)
    settle()
    assert GenServer.call("a", "back") == "back"
