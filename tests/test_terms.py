"""Atoms, pids, references, and the names of nodes."""

from __future__ import annotations

import pickle
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.terms import MAX_NAME, Atom, Pid, Ref, split_name


@given(st.text())
def test_an_atom_is_equal_to_its_text_and_stays_an_atom_on_the_way(text: str) -> None:
    atom = Atom(text)
    assert atom == text and hash(atom) == hash(text)
    assert type(pickle.loads(pickle.dumps(atom))) is Atom
    assert pickle.loads(pickle.dumps(atom)) == atom


@pytest.mark.parametrize("kind", [Pid, Ref])
def test_creation_and_number_tell_who_it_is_and_the_nodes_name_does_not(kind: type[Pid]) -> None:
    # A nameless node that gets its name keeps its processes: their pids must stay equal.
    assert kind("nonode@nohost", 7, 1) == kind("a@host", 7, 1)
    assert hash(kind("nonode@nohost", 7, 1)) == hash(kind("a@host", 7, 1))
    assert kind("a@host", 7, 1) != kind("a@host", 8, 1) != kind("a@host", 8, 2)


def test_a_pid_is_no_reference() -> None:
    assert Pid("a@host", 1, 1) != Ref("a@host", 1, 1)  # type: ignore[comparison-overlap]  # which is the point


@pytest.mark.parametrize("term", [Pid("a@host", 2**64 - 1, 2**40), Ref("a@host", 0, 0)])
def test_pids_and_references_travel(term: object) -> None:
    assert pickle.loads(pickle.dumps(term, 5)) == term == deepcopy(term)
    assert pickle.loads(pickle.dumps(term, 5)).node == "a@host"


def test_a_pid_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Pid("a@host", 1, 1).number = 2  # type: ignore[misc]


@pytest.mark.parametrize("name", ["a@b", "apothik_1@127.0.0.1", "a-b.c@host.example", "a@[::1]", "a@::1"])
def test_these_are_names_of_nodes(name: str) -> None:
    short, host = split_name(name)
    assert f"{short}@{host}" == name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "name@host"),
        ("a", "name@host"),
        ("@host", "name@host"),
        ("a@", "name@host"),
        ("a@b@c", "name@host"),
        ("a b@host", "before the '@'"),
        ("ä@host", "before the '@'"),
        ("a\n@host", "before the '@'"),
        ("a@ho st", "the host"),
        ("a@host\n", "the host"),
        ("a@h/../x", "the host"),
        ("a@" + "h" * MAX_NAME, "255 bytes"),
        ("\ud800@host", "before the '@'"),
        (None, "a str"),
        (7, "a str"),
        (b"a@host", "a str"),
    ],
)
def test_these_are_not_and_it_is_said_why(name: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        split_name(name)


def test_a_name_of_255_bytes_is_not_too_long() -> None:
    name = "a@" + "h" * (MAX_NAME - 2)
    assert split_name(name) == ("a", name[2:])
