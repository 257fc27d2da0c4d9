"""What a carrier asks of the operating system: a bell that ends its poll, enough open files, why it has no port."""

from __future__ import annotations

import errno
import os
import resource
from threading import RLock

MAX_FILES = 65536

step_aside = os.sched_yield
"""Let any other thread run that can, of this program or another, and go on at once where there is none."""

_WHY_NOT = {
    errno.ENODEV: "it does not resolve",
    errno.EADDRNOTAVAIL: "it is no address of this machine",
    errno.EADDRINUSE: "the port is taken",
}


class Bell:
    """A pipe that makes a poll return. Rings from any thread and from a signal handler.

    Attributes:
        fd: readable while the bell rings.
        ringing: whether it does; nobody else sets it.

    >>> bell = Bell()
    >>> bell.ring(); bell.ring(); bell.quieten()
    >>> bell.close()
    """

    def __init__(self) -> None:
        self.fd, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self.ringing = False
        self._closed = False
        # Without it a late `ring` wrote to a descriptor that was closed, and somebody else's by then.
        # Re-entrant, because a signal handler may interrupt a `ring` of the same thread.
        self._lock = RLock()

    def ring(self) -> None:
        if self.ringing:
            return
        with self._lock:
            if not self._closed:
                try:
                    self.ringing = True
                    os.write(self._writer, b"!")
                except BaseException:  # Ctrl-C here, and nobody would ever have heard it ring again
                    self.ringing = False
                    raise

    def quieten(self) -> None:
        """Stop the ringing. Only called when `fd` is readable, or it blocks.

        Whoever found it ringing until here counts as heard: look for his work after this.
        """
        os.read(self.fd, 4096)
        self.ringing = False

    def close(self) -> None:
        """Ringing does nothing from now on."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self.fd)
                os.close(self._writer)


def raise_file_limit() -> None:
    """Let this OS process open as many files as it may, up to 65,536.

    A peer takes three descriptors, and two more while it is dialled: at the usual soft limit of 1,024
    a node would end with some 300 peers.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def cannot_listen(host: str, port: int, number: int) -> OSError:
    """The error for a port (0: any) of `host` that cannot be had, from the system's error number.

    >>> print(cannot_listen("nowhere", 0, errno.ENODEV))
    cannot listen on host 'nowhere': it does not resolve
    >>> print(cannot_listen("localhost", 22, errno.EADDRINUSE))
    cannot listen on port 22 of host 'localhost': the port is taken
    """
    place = f"port {port} of host {host!r}" if port else f"host {host!r}"
    return OSError(f"cannot listen on {place}: {_WHY_NOT.get(number) or os.strerror(number)}")
