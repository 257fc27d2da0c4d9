"""Who is connected, and whom hearsay makes a node connect to."""

from __future__ import annotations

from pybeam.dist.mesh import SHUN_SECONDS, Mesh


def test_nodes_are_listed_in_the_order_in_which_they_came() -> None:
    mesh = Mesh("a@h")
    for name in ("c@h", "b@h", "d@h"):
        mesh.join(name)
    mesh.leave("b@h")
    mesh.join("b@h")
    assert mesh.nodes() == ["c@h", "d@h", "b@h"]


def test_a_newcomer_is_told_of_the_others_and_not_of_itself() -> None:
    mesh = Mesh("a@h")
    assert mesh.join("b@h") == []
    assert mesh.join("c@h") == ["b@h"]


def test_hearsay_of_oneself_of_those_known_and_of_one_twice_adds_nobody() -> None:
    mesh = Mesh("a@h")
    mesh.join("b@h")
    assert mesh.strangers(["a@h", "c@h", "b@h", "c@h"], now=0.0) == ["c@h"]


def test_hearsay_of_that_moment_does_not_bring_back_who_was_disconnected() -> None:
    mesh = Mesh("a@h")
    mesh.shun("b@h", now=10.0)
    assert mesh.strangers(["b@h"], now=10.0 + SHUN_SECONDS / 2) == []
    assert mesh.strangers(["b@h"], now=10.0 + SHUN_SECONDS) == ["b@h"]


def test_one_who_was_disconnected_and_comes_back_is_shunned_no_longer() -> None:
    mesh = Mesh("a@h")
    mesh.shun("b@h", now=0.0)
    mesh.join("b@h")
    mesh.leave("b@h")
    assert mesh.strangers(["b@h"], now=0.1) == ["b@h"]


def test_leaving_twice_is_harmless() -> None:
    mesh = Mesh("a@h")
    mesh.leave("b@h")
    assert mesh.nodes() == []
