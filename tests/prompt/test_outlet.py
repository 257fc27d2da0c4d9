"""Outlets: what one context prints goes elsewhere, what all others print stays where it was."""

from __future__ import annotations

import contextvars
import io
import sys

import pytest

from pybeam.prompt.outlet import MAX_LINE, Outlet, Shared, share_streams, unshare_streams


def streams_of_ours(monkeypatch: pytest.MonkeyPatch) -> tuple[io.StringIO, io.StringIO]:
    # In the test itself: pytest gives each phase of a test its own streams.
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    return out, err


def test_only_what_is_printed_inside_goes_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = streams_of_ours(monkeypatch)
    taken: list[str] = []
    others = contextvars.copy_context()
    share_streams()
    print("before")
    with Outlet(taken.append):
        print("inside")
        print("an error", file=sys.stderr)
        others.run(print, "somebody else's")
        assert not sys.stdout.isatty()
    print("after")
    unshare_streams()
    assert taken == ["inside\n", "an error\n"]
    assert (streams[0].getvalue(), streams[1].getvalue()) == ("before\nsomebody else's\nafter\n", "")


def test_the_streams_are_put_back_with_the_last_who_shared_them(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = streams_of_ours(monkeypatch)
    share_streams()
    share_streams()
    unshare_streams()
    assert isinstance(sys.stdout, Shared)
    assert sys.stdout.getvalue() == "", "whatever else is asked of it is the stream's"
    unshare_streams()
    assert [sys.stdout, sys.stderr] == [*streams]


def test_a_line_is_given_when_it_is_whole_or_long_or_at_the_end() -> None:
    taken: list[str] = []
    outlet = Outlet(taken.append)
    with outlet:
        outlet.write("half")
        assert taken == []
        outlet.write(" a line\n")
        assert taken == ["half a line\n"]
        outlet.write("x" * (MAX_LINE + 1))
        assert len(taken) == 2
        outlet.write("rest")
    assert taken[-1] == "rest"


def test_a_program_without_streams_has_outlets_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    taken: list[str] = []
    share_streams()
    print("nobody hears it")
    sys.stdout.flush()
    with Outlet(taken.append):
        print("inside")
    unshare_streams()
    assert taken == ["inside\n"]
    assert sys.stdout is None
