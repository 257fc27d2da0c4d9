"""Who does not hold the cookie: told so at once, hardly noticed, and never unpickled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pybeam import GenServer, NodeDown, NodeStartError, node, rpc, send, start_node
from tests.integration import acts
from tests.integration.acts import Diary
from tests.integration.lab import until
from tests.integration.nodes import PATIENCE, Site, here, is_mesh, site_in

pytestmark = pytest.mark.integration

PROMPTLY = 1.0
"""Seconds in which a refusal is told, on a busy machine."""

OTHER = "quite another cookie"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two connected nodes; the first has a `Diary`."""
    with site_in(tmp_path_factory.mktemp("site")) as site:
        first, _ = site.mesh("a", "b")
        first.does(GenServer.start, Diary, name="diary")
        yield site


class Mark:
    """Leaves a mark where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, int]]:
        return os.open, (str(self.path), os.O_CREAT)


def bombard(victim: str, mark: Path) -> list[str]:
    """Try to get a `Mark` into a node in every way; how the calls ended."""
    server, load = ("diary", victim), Mark(mark)
    send(server, load)
    GenServer.cast(server, load)
    rpc.cast(victim, print, load)
    calls = [
        lambda: GenServer.call(server, load),
        lambda: rpc.call(victim, print, load),
        lambda: node.spawn(victim, print, load),
    ]
    return [type(acts.timed(call)[1]).__name__ for call in calls]


def test_another_cookie_gets_pang_and_node_down_at_once(site: Site) -> None:
    a, b = site.houses[:2]
    with site.guest("stranger", cookie=OTHER) as stranger:
        for act in (node.ping, node.connect):
            seconds, answer = stranger.does(acts.timed, act, a.name)
            assert answer in ("pang", False)
            assert seconds < PROMPTLY
        seconds, error = stranger.does(acts.timed, GenServer.call, ("diary", a.name), "hello")
        assert isinstance(error, NodeDown)
        assert seconds < PROMPTLY
        assert a.does(node.ping, stranger.name) == "pang"
    assert is_mesh([a, b])


def test_nothing_from_another_cookie_is_unpickled(site: Site, tmp_path: Path) -> None:
    a, b = site.houses[:2]
    before = a.does(GenServer.call, "diary", "read")
    with site.guest("stranger", cookie=OTHER) as stranger:
        assert stranger.does(bombard, a.name, tmp_path / "mark") == ["NodeDown"] * 3
    assert not (tmp_path / "mark").exists()
    assert a.does(GenServer.call, "diary", "read") == before
    b.does(bombard, a.name, tmp_path / "mark of a friend")
    until((tmp_path / "mark of a friend").exists)


def test_many_refusals_are_one_line_in_the_log(site: Site) -> None:
    a = site.node("c")
    with site.guest("stranger", cookie=OTHER) as stranger:
        for _ in range(30):
            assert stranger.does(node.ping, a.name) == "pang"
    a.says("connections refused")
    assert a.does(node.ping, here("b")) == "pong"
    [line] = [line for line in a.log().splitlines() if "[info]" not in line]
    assert "connections refused, of another cookie" in line


@pytest.mark.parametrize("cookie", ["", "short", "fifteen letters"])
def test_a_short_cookie_is_refused_at_the_start(site: Site, cookie: str) -> None:
    with site.guest() as house, pytest.raises(NodeStartError, match="the cookie is too short"):
        house.does(start_node, here("d"), cookie=cookie)


def group_can_read(file: Path) -> None:
    file.write_text("a cookie that others have seen")
    file.chmod(0o440)


def a_directory(file: Path) -> None:
    file.mkdir()


def a_link_to_nowhere(file: Path) -> None:
    file.symlink_to(file.with_name("nowhere") / "at all")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (group_can_read, "can be used by others than its owner"),
        (a_directory, "is not a regular file|Is a directory"),
        (a_link_to_nowhere, "cannot be used"),
    ],
)
def test_a_cookie_file_that_cannot_be_trusted_is_refused_at_the_start(
    site: Site, tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    spoil(tmp_path / ".erlang.cookie")
    with site.guest(HOME=str(tmp_path), PYBEAM_COOKIE=None) as house:
        with pytest.raises(NodeStartError, match=why):
            house.starts("d").result(PATIENCE)
        (tmp_path / ".erlang.cookie").rename(tmp_path / "spoilt")
        house.starts("d").result(PATIENCE)
