"""The port mapper's protocol: what goes over the wire, byte for byte, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.dist import epmd
from pybeam.dist.epmd import Alive, Inbox, Malformed, Names, PortPlease, Request, Table

PORT = 0x5555

node_names = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="_-."), min_size=1)
short_names = node_names.filter(lambda name: len(name) <= 255)
ports = st.integers(1, 65535)
byte = st.integers(0, 255)
word = st.integers(0, 65535)
alives = st.builds(Alive, short_names, ports, byte, byte, word, word, st.binary(max_size=255))
requests: st.SearchStrategy[Request] = st.one_of(alives, st.builds(PortPlease, short_names), st.just(Names()))


def fed(*pieces: bytes) -> Request | None:
    inbox = Inbox()
    for piece in pieces[:-1]:
        assert inbox.feed(piece) is None
    return inbox.feed(pieces[-1])


# The bytes that a real node (OTP 25) sends.
ALIVE = b"\x00\x0f\x78\x12\x34\x4d\x00\x00\x06\x00\x05\x00\x02e1\x00\x00"


def test_a_registration_has_the_bytes_of_a_real_node() -> None:
    assert epmd.pack_request(Alive("e1", 0x1234)) == ALIVE
    assert fed(ALIVE) == Alive("e1", 0x1234, kind=77, protocol=0, highest=6, lowest=5, extra=b"")


def test_a_hidden_node_says_so() -> None:
    assert epmd.pack_request(Alive("e1", 0x1234, epmd.HIDDEN))[5] == 72


def test_the_other_requests_have_the_documented_bytes() -> None:
    assert epmd.pack_request(PortPlease("e1")) == b"\x00\x03ze1"
    assert epmd.pack_request(Names()) == b"\x00\x01n"


@given(requests)
def test_a_request_is_read_as_it_was_written(request: Request) -> None:
    assert fed(epmd.pack_request(request)) == request


@given(requests, st.data())
def test_a_request_may_come_in_any_pieces(request: Request, data: st.DataObject) -> None:
    packed = epmd.pack_request(request)
    cut = data.draw(st.integers(1, len(packed) - 1))
    assert fed(packed[:cut], packed[cut:]) == request
    assert fed(*(packed[i : i + 1] for i in range(len(packed)))) == request


@pytest.mark.parametrize(
    "first",
    [
        b"G",  # of an HTTP request
        b"\xff",  # of a ZeroMQ greeting
        b"\x16",  # of a TLS hello
        b"\x00\x00",  # of no length
        b"\x02\x59",  # of 601 bytes
        b"\x00\x05k",  # of KILL
        b"\x00\x01d",  # of DUMP
    ],
)
def test_the_first_impossible_byte_ends_it(first: bytes) -> None:
    inbox = Inbox()
    for i in range(len(first) - 1):
        assert inbox.feed(first[i : i + 1]) is None
    with pytest.raises(Malformed):
        inbox.feed(first[-1:])


@pytest.mark.parametrize(
    "body",
    [
        b"nn",
        b"z",
        b"z" + b"a" * 256,
        b"z\xff\xfe",
        b"za b",
        b"za at port 1\nname b",
        b"x",
        ALIVE[2:-1],
        ALIVE[2:] + b"\x00",
        ALIVE[2:-1] + b"\x01",
        ALIVE.replace(b"\x12\x34", b"\x00\x00")[2:],
        ALIVE.replace(b"\x00\x02e1", b"\xff\xff00")[2:],
        ALIVE.replace(b"\x00\x02e1", b"\x00\x0000")[2:],
    ],
)
def test_a_body_that_cannot_be_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        fed(len(body).to_bytes(2) + body)


@given(requests, st.binary(min_size=1, max_size=2000))
def test_bytes_after_a_request_are_refused(request: Request, more: bytes) -> None:
    with pytest.raises(Malformed):
        fed(epmd.pack_request(request) + more)


@given(st.lists(st.binary(max_size=700), max_size=20))
def test_garbage_gives_a_request_or_malformed_and_never_more_memory_than_a_request(pieces: list[bytes]) -> None:
    inbox = Inbox()
    for piece in pieces:
        try:
            if inbox.feed(piece) is not None:
                break
        except Malformed:
            break
        finally:
            assert len(inbox._got) <= epmd.MAX_REQUEST + 3


@given(st.binary(max_size=64))
def test_a_garbled_answer_is_malformed_and_nothing_else(answer: bytes) -> None:
    for unpack in (epmd.unpack_registered, epmd.unpack_port, epmd.unpack_names):
        try:
            unpack(answer)
        except Malformed:
            continue


@given(alives)
def test_a_found_node_is_read_as_it_was_written(alive: Alive) -> None:
    assert epmd.unpack_port(epmd.pack_port(alive)) == alive


def test_an_unknown_node_is_answered_in_two_bytes() -> None:
    assert epmd.pack_port(None) == b"\x77\x01"
    assert epmd.unpack_port(b"\x77\x01") is None


def test_a_listing_has_the_text_of_the_real_one() -> None:
    listing = epmd.pack_names(PORT, [("a", 1), ("b", 22)])
    assert listing == b"\x00\x00\x55\x55name a at port 1\nname b at port 22\n"
    assert epmd.unpack_names(listing) == [("a", 1), ("b", 22)]
    assert epmd.unpack_names(epmd.pack_names(PORT, [])) == []


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n", b"\x00\x00\x55\x55name a at\n", b"\0\0\0\0\xff"]
)
def test_another_servers_answer_is_no_listing(answer: bytes) -> None:
    with pytest.raises(Malformed):
        epmd.unpack_names(answer)


def test_a_new_node_gets_a_creation_of_32_bits_and_an_old_one_of_1_to_3() -> None:
    assert epmd.pack_registered(6, 0x01020304) == b"\x76\x00\x01\x02\x03\x04"
    assert [epmd.pack_registered(5, n)[2:] for n in (1, 2, 3, 4)] == [b"\0\1", b"\0\2", b"\0\3", b"\0\1"]
    assert epmd.unpack_registered(b"\x76\x00") == (True, 4)
    assert epmd.unpack_registered(b"\x79\x00") == (True, 2)


def test_a_taken_name_is_refused_in_both_dialects() -> None:
    assert epmd.unpack_registered(epmd.pack_registered(6, None)[:2]) == (False, 4)
    assert epmd.unpack_registered(epmd.pack_registered(5, None)[:2]) == (False, 2)


@pytest.mark.parametrize("head", [b"", b"\x76", b"HT", b"\x77\x00"])
def test_another_servers_answer_is_no_registration(head: bytes) -> None:
    with pytest.raises(Malformed):
        epmd.unpack_registered(head)


def ask(table: Table, request: Request, local: bool = True) -> tuple[bytes, str | None]:
    return table.answer(request, port=PORT, local=local)


def test_a_registered_node_is_found_and_listed() -> None:
    table, ada = Table(7), Alive("ada", 5000)
    assert ask(table, ada) == (b"\x76\x00\x00\x00\x00\x08", "ada")
    assert ask(table, PortPlease("ada")) == (epmd.pack_port(ada), None)
    assert ask(table, Names()) == (epmd.pack_names(PORT, [("ada", 5000)]), None)


def test_a_name_is_given_once_and_its_first_owner_is_not_disturbed() -> None:
    table = Table(7)
    ask(table, Alive("ada", 5000))
    assert ask(table, Alive("ada", 6000)) == (epmd.pack_registered(6, None), None)
    assert epmd.unpack_port(ask(table, PortPlease("ada"))[0]) == Alive("ada", 5000)


def test_a_name_that_was_given_back_can_be_had_with_another_creation() -> None:
    table = Table(7)
    first = table.register(Alive("ada", 5000))
    table.unregister("ada")
    second = table.register(Alive("ada", 6000))
    assert None not in (first, second)
    assert first != second


def test_a_creation_is_never_0() -> None:
    table = Table(0xFFFF_FFFE)
    assert [table.register(Alive(name, 1)) for name in "abc"] == [0xFFFF_FFFF, 1, 2]


def test_another_host_may_look_up_and_not_register() -> None:
    table = Table(7)
    assert ask(table, Alive("ada", 5000), local=False) == (b"", None)
    assert ask(table, PortPlease("ada"), local=False) == (b"\x77\x01", None)
