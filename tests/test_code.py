"""Code: running servers go on with a module's new source; what does not import is refused everywhere."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pybeam import code, process
from pybeam import sys as otp_sys
from pybeam.errors import BadRpc, CodeError, Crash
from pybeam.otp.gen_server import GenServer
from pybeam.otp.loading import Loaded, prepare
from pybeam.otp.modules import Source
from pybeam.otp.supervisor import Supervisor
from pybeam.process import exit, list, receive, self, send, sleep, spawn, whereis
from pybeam.testing.inside import settle
from pybeam.testing.world import World
from tests.shops import FIRST, SECOND

BROKEN = {
    "a syntax error": ("def f(:", "SyntaxError"),
    "an import that fails": ("import no_such_module_at_all", "ModuleNotFoundError"),
    "an exception": ("x = 1 / 0", "ZeroDivisionError: division by zero"),
    "SystemExit": ("raise SystemExit(3)", "SystemExit: 3"),
    "a null byte": ("x = '\0'", "null bytes"),
    "a lone surrogate": ("x = '\ud800'", "surrogates not allowed"),
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of the module `shop_module`, with the first version in it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    file = tmp_path / "shop_module.py"
    file.write_text(FIRST)
    yield file
    for name in [name for name in sys.modules if name.startswith("shop_")]:
        del sys.modules[name]


def imported() -> Any:
    return __import__("shop_module")


def in_node(story: Callable[[], None]) -> None:
    world = World()
    (a,) = world.nodes("a@host")
    a.run(story)


def only(results: dict[str, Loaded | BadRpc]) -> Loaded:
    (loaded,) = results.values()
    assert isinstance(loaded, Loaded), loaded
    return loaded


def test_running_servers_go_on_with_the_new_class_and_code_change_has_the_old_version(shop: Path) -> None:
    @in_node
    def story() -> None:
        pid = GenServer.start(imported().Shop)
        till = GenServer.start(imported().Shop.Till)
        assert GenServer.call(pid, "tea") == ("old", 2)
        shop.write_text(SECOND)
        loaded = only(code.load("shop_module"))
        assert GenServer.call(pid, "tea") == ("new", 2)
        assert otp_sys.get_state(pid)["changes"] == ["1"]
        assert GenServer.call(till, "?") == "new till"
        assert (loaded.version, loaded.old_version) == ("2", "1")
        assert (loaded.changed, loaded.kept, loaded.busy) == ([pid, till], {}, [])
        assert imported().price() == "new"


def test_a_server_that_waits_changes_when_its_callback_has_ended_and_before_the_next_message(shop: Path) -> None:
    @in_node
    def story() -> None:
        pid, me = GenServer.start(imported().Shop), self()
        spawn(lambda: send(me, GenServer.call(pid, "wait", timeout=None)))
        settle()
        spawn(lambda: send(me, GenServer.call(pid, "tea")))
        settle()
        loaded = only(code.load("shop_module", source=SECOND, change_timeout=1.0))
        assert (loaded.changed, loaded.busy) == ([], [pid])
        spawn(lambda: send(me, GenServer.call(pid, "tea")))
        settle()
        send(pid, "go on")
        assert [receive(timeout=1) for _ in range(3)] == ["go on", ("old", 2), ("new", 2)]


def test_a_server_made_elsewhere_from_one_of_its_classes_keeps_it_and_says_what_to_load(shop: Path) -> None:
    @in_node
    def story() -> None:
        module = imported()

        class Asks(module.Shop):  # type: ignore[name-defined,misc]  # it is made as the test runs
            pass

        first = GenServer.start(module.Shop)
        second = GenServer.start(module.Shop)
        GenServer.start(Asks)
        loaded = only(code.load("shop_module", source=SECOND))
        assert loaded.changed == [first, second]
        (crash,) = loaded.kept.values()
        assert "was made from an old class" in crash.message


def test_a_suspended_server_changes_and_stays_suspended(shop: Path) -> None:
    @in_node
    def story() -> None:
        pid = GenServer.start(imported().Shop)
        otp_sys.suspend(pid)
        assert only(code.load("shop_module", source=SECOND)).changed == [pid]
        assert otp_sys.get_status(pid)["status"] == "suspended"
        otp_sys.resume(pid)
        assert GenServer.call(pid, "tea") == ("new", 2)


def test_a_code_change_that_raises_keeps_that_server_as_it_was_and_is_told(shop: Path) -> None:
    @in_node
    def story() -> None:
        good = GenServer.start(imported().Shop)
        bad = GenServer.start(imported().Shop, {"tea": 5})
        last = "        self.changes = [old_version]"
        fails = SECOND.replace(last, f"{last}\n        assert self.prices['tea'].amount < 5")
        loaded = only(code.load("shop_module", source=fails))
        assert loaded.changed == [good]
        assert isinstance(loaded.kept[bad], Crash) and loaded.kept[bad].kind == "AssertionError"
        assert (GenServer.call(good, "tea"), GenServer.call(bad, "tea")) == (("new", 2), ("old", 5))


def test_a_server_whose_class_has_gone_keeps_the_old_one(shop: Path) -> None:
    @in_node
    def story() -> None:
        pid = GenServer.start(imported().Gone)
        loaded = only(code.load("shop_module", source=SECOND))
        assert "Gone" in loaded.kept[pid].message
        assert otp_sys.get_state(pid) == {}


def test_a_class_that_is_no_server_any_more_is_not_given_to_one(shop: Path) -> None:
    @in_node
    def story() -> None:
        pid = GenServer.start(imported().Shop)
        loaded = only(code.load("shop_module", source="class Shop: pass"))
        assert loaded.kept[pid].kind in ("TypeError", "AttributeError")
        assert GenServer.call(pid, "tea") == ("old", 2)


def test_a_supervisor_restarts_a_child_with_the_new_class(shop: Path) -> None:
    @in_node
    def story() -> None:
        Supervisor.start_link([imported().Shop.child_spec(name="shop")])
        code.load("shop_module", source=SECOND)
        code.load("shop_module", source=SECOND.replace("Price(3)", "Price(4)"))
        pid = whereis("shop")
        assert pid is not None
        exit(pid, "kill")
        sleep(1)
        assert GenServer.call("shop", "tea") == ("new", 4)


def test_what_others_have_imported_from_it_stays_old_and_is_told(shop: Path) -> None:
    user = ModuleType("shop_user")
    vars(user).update(price=imported().price, shop_module=imported())
    sys.modules["shop_user"] = user

    @in_node
    def story() -> None:
        assert only(code.load("shop_module", source=SECOND)).stale == ["shop_user.price"]
        assert (user.price(), user.shop_module.price()) == ("old", "new")


class Proxy:
    """Raises when it is asked what it is, as Flask's `request` outside of one."""

    @property  # type: ignore[misc]  # it overrides a plain attribute
    def __class__(self) -> Any:
        raise RuntimeError("working outside of request context")


def test_values_that_refuse_to_be_looked_at_do_not_matter(shop: Path) -> None:
    user = ModuleType("shop_user")
    vars(user).update(proxy=Proxy(), price=imported().price)
    vars(imported())["proxy"] = Proxy()
    sys.modules["shop_user"] = user

    @in_node
    def story() -> None:
        assert only(code.load("shop_module", source=SECOND)).stale == ["shop_user.price"]
        assert only(code.load("shop_module", source=SECOND)).version == "2"


def test_without_a_version_of_its_own_a_module_has_the_hash_of_its_source(shop: Path) -> None:
    @in_node
    def story() -> None:
        assert imported().price() == "old"
        plain = "x = 1"
        first = only(code.load("shop_module", source=plain))
        assert first.old_version == "1" and len(str(first.version)) == 16
        second = only(code.load("shop_module", source="x = 2"))
        assert second.old_version == first.version != second.version == code.version("shop_module")
        assert only(code.load("shop_module", source=plain)).version == first.version
        assert code.version("no_such_module") is None


def test_a_module_that_nobody_has_imported_yet_is_there_afterwards(shop: Path) -> None:
    @in_node
    def story() -> None:
        loaded = only(code.load("shop_new", source="x = 1"))
        assert loaded.old_version is None
        assert sys.modules["shop_new"].x == 1


def test_a_submodule_is_known_to_its_package_and_a_package_to_its_submodules(shop: Path) -> None:
    package = shop.parent / "shop_package"
    package.mkdir()
    (package / "__init__.py").write_text("word = 'old'")
    (package / "inner.py").write_text("from . import word")

    @in_node
    def story() -> None:
        inner = importlib.import_module("shop_package.inner")
        code.load("shop_package", source="word = 'new'")
        outer: Any = sys.modules["shop_package"]
        assert outer.inner is inner and inner.word == "old"
        code.load(inner)
        assert outer.inner is sys.modules["shop_package.inner"] is not inner
        assert outer.inner.word == "new"


# ---------------------------------------------------------------------- refused


@pytest.mark.parametrize("kind", BROKEN)
def test_what_does_not_import_is_refused_and_changes_nothing(kind: str, shop: Path) -> None:
    text, why = BROKEN[kind]

    @in_node
    def story() -> None:
        module = imported()
        pid = GenServer.start(module.Shop)
        before = list()
        with pytest.raises(CodeError, match="shop_module was loaded nowhere: a@host: ") as refused:
            code.load("shop_module", source=text)
        assert why in str(refused.value)
        assert GenServer.call(pid, "tea") == ("old", 2)
        assert sys.modules["shop_module"] is module
        settle()
        assert list() == before


def test_one_node_that_refuses_is_enough_and_each_is_told_for() -> None:
    world = World()
    a, b, c = world.nodes("a@host", "b@host", "c@host")
    text = "from pybeam import node\nassert node.self() != 'b@host', 'not here'"

    def story() -> None:
        with pytest.raises(CodeError) as refused:
            code.load("shop_elsewhere", ["a@host", "b@host", "c@host", "d@host"], source=text)
        assert refused.value.failures.keys() == {"b@host", "d@host"}
        assert "b@host: AssertionError: not here; d@host: nodedown" in str(refused.value)
        assert "shop_elsewhere" not in sys.modules

    a.run(story)
    world.advance(1)
    for node in (a, b, c):
        assert node.run(whereis, "code_server") is None, "nothing is left waiting"


def test_all_nodes_load_it_and_each_tells_its_own(shop: Path) -> None:
    world = World()
    a, b = world.nodes("a@host", "b@host")
    module = imported()
    pids = [node.run(lambda: GenServer.start(module.Shop)) for node in (a, b)]

    def story() -> dict[str, Any]:
        with pytest.raises(CodeError):
            code.load("shop_module", ["b@host"], source="oops")
        return code.load("shop_module", "all", source=SECOND)

    results = a.run(story)
    assert {name: loaded.changed for name, loaded in results.items()} == {"a@host": [pids[0]], "b@host": [pids[1]]}
    assert a.run(GenServer.call, pids[1], "tea") == ("new", 2)


def test_while_one_load_is_under_way_another_is_refused_and_a_lost_one_is_dropped(shop: Path) -> None:
    @in_node
    def story() -> None:
        prepare(Source("shop_new", "", "<shop_new>", False), process.self())
        with pytest.raises(CodeError, match="another load is under way there: try again"):
            code.load("shop_module", source=SECOND)
        sleep(61)
        assert "shop_new" not in sys.modules
        assert only(code.load("shop_module", source=SECOND)).version == "2"


@pytest.mark.parametrize("name", ["pybeam", "pybeam.process", "__main__", "a-b", "", "a..b", "../x"])
def test_what_must_not_or_cannot_be_loaded_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be replaced while it runs|bad module name"):
        code.load(name, source="")


@pytest.mark.parametrize("name", ["no_such_module_at_all", "sys", "no_such.package"])
def test_a_module_without_a_file_says_so(name: str) -> None:
    with pytest.raises(CodeError, match="was loaded nowhere"):
        code.load(name)


@pytest.mark.parametrize("module", [None, 42, ["shop"]])
def test_what_is_no_module_is_a_type_error(module: Any) -> None:
    with pytest.raises(TypeError, match="a module or its name"):
        code.load(module, source="")


@pytest.mark.parametrize("nodes", ["a@host", "everybody", 42, {"a@host"}])
def test_what_is_no_list_of_nodes_is_a_value_error(nodes: Any) -> None:
    with pytest.raises(ValueError, match="nodes is a list of names"):
        code.load("shop_module", nodes, source="")


def test_a_malformed_node_name_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="bad node name"):
        code.load("shop_module", ["nohost"], source="")
