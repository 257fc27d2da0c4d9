"""The protocol of the Erlang port mapper, and the table that a mapper keeps: bytes in, bytes out.

Pure: no socket, no clock. `epmd_server` and `epmd_client` carry these bytes. The layouts are those of
https://www.erlang.org/doc/apps/erts/erl_dist_protocol.html (section "EPMD Protocol"). A peer's KILL, STOP
and DUMP are not offered: they are no requests here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from struct import Struct
from struct import error as StructError
from typing import NamedTuple

ALIVE2_REQ, PORT_PLEASE2_REQ, NAMES_REQ = 120, 122, 110
ALIVE2_RESP, ALIVE2_X_RESP, PORT2_RESP = 121, 118, 119

VISIBLE, HIDDEN = 77, 72
"""The two kinds of node."""

MAX_REQUEST = 600
"""No request is longer (bytes, without the length before it): a name and an extra of 255 bytes fit."""

MAX_ANSWER = 1024 * 1024
"""No answer is longer (bytes); a listing of 10,000 names fits."""

_REQUESTS = (ALIVE2_REQ, PORT_PLEASE2_REQ, NAMES_REQ)
_FIELDS = Struct(">HBBHHH")
_LENGTH = Struct(">H")
_LINE = re.compile(r"name (.+) at port (\d{1,5})")


class Malformed(ValueError):
    """These bytes are no request, or no answer, of the EPMD protocol."""


class Alive(NamedTuple):
    """A node as it registers, and as it is looked up.

    Attributes:
        name: without the host, for instance `"apothik_1"`.
        port: where the node listens.
        kind: `VISIBLE` or `HIDDEN`.
        protocol: 0 is TCP over IPv4, the only one in use.
        highest, lowest: the versions of Erlang's distribution that it claims to speak.
        extra: opaque bytes.
    """

    name: str
    port: int
    kind: int = VISIBLE
    protocol: int = 0
    highest: int = 6
    lowest: int = 5
    extra: bytes = b""


class PortPlease(NamedTuple):
    """Where does the node `name` listen?"""

    name: str


class Names(NamedTuple):
    """Which nodes are registered?"""


Request = Alive | PortPlease | Names


def pack_request(request: Request) -> bytes:
    """The request as it goes on the wire, its length before it.

    >>> pack_request(PortPlease("ada"))
    b'\\x00\\x04zada'
    """
    match request:
        case Alive():
            body = bytes([ALIVE2_REQ]) + _pack_alive(request)
        case PortPlease(name):
            body = bytes([PORT_PLEASE2_REQ]) + name.encode()
        case Names():
            body = bytes([NAMES_REQ])
    return _LENGTH.pack(len(body)) + body


class Inbox:
    """Takes the bytes of one connection as they come, until they are one request.

    A connection carries one request, so it is given up at the first byte that no request has there:
    an HTTP request at its first letter.
    """

    __slots__ = ("_got",)

    def __init__(self) -> None:
        self._got = b""

    def feed(self, data: bytes) -> Request | None:
        """Take more bytes.

        Returns:
            The request, once it is complete.

        Raises:
            Malformed: it can never become a request; cut the connection.
        """
        self._got = got = self._got + data[: MAX_REQUEST + 3 - len(self._got)]
        if got and got[0] > MAX_REQUEST >> 8:
            raise Malformed("no request is that long")
        if len(got) < 2:
            return None
        size = _LENGTH.unpack_from(got)[0]
        if not 1 <= size <= MAX_REQUEST or (len(got) > 2 and got[2] not in _REQUESTS):
            raise Malformed(f"no request begins with {got[:3]!r}")
        if len(got) > size + 2:
            raise Malformed("bytes after the request")
        return _unpack_request(got[2:]) if len(got) == size + 2 else None


def _unpack_request(body: bytes) -> Request:
    code, rest = body[0], body[1:]
    if code == ALIVE2_REQ:
        return _unpack_alive(rest)
    if code == PORT_PLEASE2_REQ:
        return PortPlease(_name(rest))
    if rest:
        raise Malformed("a listing is asked for in one byte")
    return Names()


def _pack_alive(alive: Alive) -> bytes:
    name = alive.name.encode()
    head = _FIELDS.pack(alive.port, alive.kind, alive.protocol, alive.highest, alive.lowest, len(name))
    return head + name + _LENGTH.pack(len(alive.extra)) + alive.extra


def _unpack_alive(body: bytes) -> Alive:
    try:
        port, kind, protocol, highest, lowest, size = _FIELDS.unpack_from(body)
        end = _FIELDS.size + size
        extra = body[end + 2 :]
        (extra_size,) = _LENGTH.unpack_from(body, end)
    except StructError as error:
        raise Malformed(f"a node's description that is cut short: {error}") from None
    if port == 0 or extra_size != len(extra):
        raise Malformed("a node's description whose numbers cannot be")
    return Alive(_name(body[_FIELDS.size : end]), port, kind, protocol, highest, lowest, extra)


def _name(raw: bytes) -> str:
    # A space or a newline in a name would forge lines of the listing.
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        raise Malformed("a name that is not UTF-8") from None
    if not 1 <= len(raw) <= 255 or " " in name or not name.isprintable():
        raise Malformed(f"no node has the name {name[:40]!r}")
    return name


def pack_registered(highest: int, creation: int | None) -> bytes:
    """The answer to an `Alive` whose highest version is `highest`.

    Args:
        creation: what `Table.register` gave; None says that the name is taken.
    """
    result, number = (0, creation) if creation is not None else (1, 0)
    if highest >= 6:
        return Struct(">BBL").pack(ALIVE2_X_RESP, result, number)
    # Before OTP 23 a creation is 1, 2 or 3.
    return Struct(">BBH").pack(ALIVE2_RESP, result, (number - 1) % 3 + 1 if number else 0)


def unpack_registered(head: bytes) -> tuple[bool, int]:
    """Read the first two bytes of the answer to an `Alive`.

    Returns:
        Whether the name was granted, and how many bytes (the creation) follow.

    Raises:
        Malformed: it is no such answer.

    >>> unpack_registered(b"v\\x00")
    (True, 4)
    """
    following = {ALIVE2_RESP: 2, ALIVE2_X_RESP: 4}
    if len(head) != 2 or head[0] not in following:
        raise Malformed(f"it answered {head[:40]!r}")
    return head[1] == 0, following[head[0]]


def pack_port(alive: Alive | None) -> bytes:
    """The answer to a `PortPlease`; None says that nobody has the name."""
    return bytes([PORT2_RESP, 1]) if alive is None else bytes([PORT2_RESP, 0]) + _pack_alive(alive)


def unpack_port(answer: bytes) -> Alive | None:
    """Read the whole answer to a `PortPlease`.

    Raises:
        Malformed: it is no such answer.
    """
    if len(answer) < 2 or answer[0] != PORT2_RESP:
        raise Malformed(f"it answered {answer[:40]!r}")
    return None if answer[1] else _unpack_alive(answer[2:])


def pack_names(port: int, names: Iterable[tuple[str, int]]) -> bytes:
    """The answer to `Names`.

    Args:
        port: the mapper's own.
        names: of the nodes, with their ports.

    >>> pack_names(43690, [("ada", 1234)])
    b'\\x00\\x00\\xaa\\xaaname ada at port 1234\\n'
    """
    return Struct(">L").pack(port) + "".join(f"name {name} at port {at}\n" for name, at in names).encode()


def unpack_names(answer: bytes) -> list[tuple[str, int]]:
    """Read the whole answer to `Names`: the nodes' names and ports.

    Raises:
        Malformed: it is no such answer.
    """
    try:
        lines = answer[4:].decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise Malformed("a listing that is not UTF-8") from None
    found = [_LINE.fullmatch(line) for line in lines if line]
    if len(answer) < 4 or None in found:
        raise Malformed(f"it answered {answer[:40]!r}")
    return [(match[1], int(match[2])) for match in found if match]


class Table:
    """The names that a mapper has given away."""

    def __init__(self, creation: int) -> None:
        """
        Args:
            creation: where the numbers given to registrations start; best drawn at random, so that
                a real Erlang node does not get the number of its former life from a new mapper.
        """
        self._creation = creation
        self._nodes: dict[str, Alive] = {}

    def register(self, alive: Alive) -> int | None:
        """Give the name away.

        Returns:
            The creation (1 to 2**32 - 1), another for each registration; None where the name is taken.
        """
        if alive.name in self._nodes:
            return None
        self._nodes[alive.name] = alive
        self._creation = self._creation % 0xFFFF_FFFF + 1
        return self._creation

    def unregister(self, name: str) -> None:
        """Take the name back from whoever registered it: only that connection may say so."""
        del self._nodes[name]

    def answer(self, request: Request, *, port: int, local: bool) -> tuple[bytes, str | None]:
        """Carry out a request.

        Args:
            port: the mapper's own.
            local: whether the asker is on this host; a name is never given to another host.

        Returns:
            The answer (empty: none, cut the connection), and the name that this connection now
            holds until it closes, if it was given one.
        """
        match request:
            case Names():
                return pack_names(port, ((alive.name, alive.port) for alive in self._nodes.values())), None
            case PortPlease(name):
                return pack_port(self._nodes.get(name)), None
            case Alive() if local:
                creation = self.register(request)
                return pack_registered(request.highest, creation), request.name if creation is not None else None
        return b"", None
