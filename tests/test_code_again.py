"""Code loaded again and again: what an earlier load left behind, and a load that does not come to an end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from pybeam import code, process, rpc
from pybeam import sys as otp_sys
from pybeam.errors import CodeError
from pybeam.otp.gen_server import GenServer
from pybeam.otp.loading import Loaded, prepare
from pybeam.otp.modules import Source
from pybeam.process import send
from pybeam.testing.world import World
from tests.shops import FIRST, SECOND

CHANGE = "        self.changes = [old_version]"


@pytest.fixture(autouse=True)
def _no_modules_left() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith("shop_")]:
        del sys.modules[name]


def with_first(story: Callable[[], None]) -> None:
    """Run it in a node that has the first version of `shop_module`."""

    def run() -> None:
        load(FIRST)
        story()

    (a,) = World().nodes("a@host")
    a.run(run)


def load(source: str, **options: Any) -> Loaded:
    (loaded,) = code.load("shop_module", source=source, **options).values()
    assert isinstance(loaded, Loaded), loaded
    return loaded


def open_shop() -> Any:
    return GenServer.start(sys.modules["shop_module"].Shop)


def test_a_server_that_kept_its_class_changes_from_the_version_that_it_has() -> None:
    @with_first
    def story() -> None:
        server = open_shop()
        assert server in load(SECOND.replace(CHANGE, "        raise OSError('no disk')")).kept
        loaded = load(SECOND.replace('"2"', '"3"'))
        assert (loaded.old_version, loaded.changed) == ("2", [server])
        assert otp_sys.get_state(server)["changes"] == ["1"]


def test_a_server_that_was_busy_and_then_keeps_its_class_is_told_of_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @with_first
    def story() -> None:
        server = open_shop()
        GenServer.call_async(server, "wait")
        assert load(SECOND.replace(CHANGE, "        raise OSError('no disk')")).busy == [server]
        send(server, "go on")
        assert GenServer.call(server, "tea") == ("old", 2)

    assert "goes on with its old class: no disk" in caplog.text


def test_a_class_that_a_module_got_from_elsewhere_does_not_come_after_itself() -> None:
    @with_first
    def story() -> None:
        keeper = sys.modules["shop_keeper"] = ModuleType("shop_keeper")
        keeper.Shop = sys.modules["shop_module"].Shop  # type: ignore[attr-defined]  # made by hand
        load("from shop_keeper import Shop")
        assert GenServer.call(open_shop(), "tea") == ("old", 2)
        load(SECOND)
        load("from shop_keeper import Shop")
        assert GenServer.call(open_shop(), "tea") == ("old", 2)


def test_a_module_that_waits_for_ever_is_given_up_and_the_old_one_stays() -> None:
    @with_first
    def story() -> None:
        old = sys.modules["shop_module"]
        with pytest.raises(CodeError, match="TimeoutError"):
            load("from pybeam import process; process.receive()", timeout=2)
        assert sys.modules["shop_module"] is old
        assert load(SECOND).version == "2"


def test_a_server_that_makes_a_load_of_its_own_class_changes_when_its_callback_ends() -> None:
    @with_first
    def story() -> None:
        load(FIRST.replace('return "old", self.prices[request]', "return request()"))
        server = open_shop()
        loaded = GenServer.call(server, lambda: load(SECOND, change_timeout=1))
        assert isinstance(loaded, Loaded) and loaded.busy == [server]
        assert GenServer.call(server, "tea") == ("new", 2)


@pytest.mark.parametrize("option", ["timeout", "change_timeout"])
@pytest.mark.parametrize("seconds", [-1, float("nan"), None, "soon"])
def test_a_timeout_that_is_none_is_refused_and_nothing_is_loaded(option: str, seconds: Any) -> None:
    with pytest.raises(ValueError, match="a timeout is a number of seconds"):
        load(FIRST, **{option: seconds})
    assert "shop_module" not in sys.modules


def test_a_loader_that_is_lost_before_it_decides_holds_up_no_other() -> None:
    world = World()
    a, _, c = world.nodes("a@host", "b@host", "c@host")
    source = Source("shop_module", FIRST, "<shop_module>", False)

    def begin() -> None:
        rpc.call("b@host", prepare, source, process.self())
        process.sleep(1000.0)

    a.spawn(begin)
    world.advance(1.0)
    with pytest.raises(CodeError, match="another load is under way"):
        c.run(lambda: code.load("shop_module", ["b@host"], source=FIRST))
    a.crash()
    world.advance(5.0)
    loaded = c.run(lambda: code.load("shop_module", ["b@host"], source=FIRST))
    assert isinstance(loaded["b@host"], Loaded)
