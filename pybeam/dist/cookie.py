"""The cookie: the secret that the nodes of one cluster share, and the keys made from it.

Who has the cookie can pose as any node and run anything on every node, exactly as in Erlang; who does not
have it gets no connection. What crosses the wire under these keys lets a listener *try out* guesses of the
cookie, so a cookie is long (the one made here has 192 random bits) and each guess is made dear by scrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import CookieError

MIN_LENGTH = 16
"""Characters. A shorter cookie is guessed too soon."""

MAX_LENGTH = 4096
"""Bytes. A larger file was not meant as a cookie."""

_SALT = b"pybeam cookie v1"
_INSTEAD = "or give the cookie itself, with --cookie or PYBEAM_COOKIE"


@dataclass(frozen=True, slots=True)
class Keys:
    """What all nodes of one cookie have in common. Never shown by `repr`.

    Attributes:
        server: the Curve25519 secret key of every listening socket, 32 bytes.
        client: that of every dialling socket, 32 bytes.
        root: where `derive_secret` starts, 32 bytes.
    """

    server: bytes = field(repr=False)
    client: bytes = field(repr=False)
    root: bytes = field(repr=False)


def load_cookie(given: str | None, home: Path) -> str:
    """The cookie of this node.

    Args:
        given: by the caller; where it is not None no file is looked at.
        home: the directory of `.erlang.cookie`, which is made, with mode 0400, where it does not exist.

    Returns:
        The cookie, at least 16 characters.

    Raises:
        CookieError: it is too short, or its file cannot be read or made, or others can read it.

    >>> load_cookie("correct horse battery", Path("/nowhere"))
    'correct horse battery'
    """
    if given is not None:
        return _long_enough(given, "the cookie")
    path = home / ".erlang.cookie"
    try:
        try:
            text = _read(path)
        except FileNotFoundError:
            _make(path)
            text = _read(path)
    except OSError as error:
        raise CookieError(f"the cookie file {path} cannot be used: {error.strerror}; mend that, {_INSTEAD}") from error
    return _long_enough(text, f"the cookie in {path}")


def _long_enough(cookie: str, what: str) -> str:
    if len(cookie) < MIN_LENGTH:
        raise CookieError(f"{what} is too short: {len(cookie)} characters, where {MIN_LENGTH} are the least")
    return cookie


def _read(path: Path) -> str:
    # Non-blocking: a FIFO of that name would hold the start for ever.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise CookieError(f"the cookie file {path} is not a regular file; remove it, {_INSTEAD}")
        if mode & 0o077:
            raise CookieError(
                f"the cookie file {path} can be used by others than its owner (mode {stat.S_IMODE(mode):04o}): "
                f"if nobody else has seen it, run 'chmod 400 {path}'; else remove it, and a new one is made"
            )
        content = file.read(MAX_LENGTH + 1)
    if len(content) > MAX_LENGTH:
        raise CookieError(f"the cookie file {path} is longer than {MAX_LENGTH} bytes; remove it, {_INSTEAD}")
    return content.decode(errors="surrogateescape").rstrip("\r\n")


def _make(path: Path) -> None:
    """Make the cookie file; where somebody else makes it at the same time, one of the two stays."""
    # Written elsewhere and linked into place: of five nodes that start at once on a fresh home, none
    # reads half a cookie and none replaces one that another has read.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        try:
            os.write(file, secrets.token_hex(24).encode())
            os.fsync(file)
        finally:
            os.close(file)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def derive_keys(cookie: str) -> Keys:
    """The keys of a cookie, the same on every node. Takes about 0.1 s and 32 MiB: call it once.

    The numbers (n=2**15, r=8, p=1) are what makes a guess dear; with the salt they are part of the
    wire's version, since nodes that differ in them cannot talk.
    """
    made = hashlib.scrypt(_bytes(cookie), salt=_SALT, n=2**15, r=8, p=1, maxmem=64 * 2**20, dklen=96)
    return Keys(server=made[:32], client=made[32:64], root=made[64:])


def derive_secret(keys: Keys, label: str) -> bytes:
    """A secret of 32 bytes for one more use of the cookie, such as signing gossip. Costs microseconds.

    Made from what scrypt gave and not from the cookie: a signed packet that somebody catches would
    otherwise let him try out cookies at the price of one hash each.

    Args:
        label: names the use; secrets of different labels say nothing about each other.
    """
    return hmac.digest(keys.root, label.encode(), "sha256")


def _bytes(cookie: str) -> bytes:
    return cookie.encode(errors="surrogateescape")
