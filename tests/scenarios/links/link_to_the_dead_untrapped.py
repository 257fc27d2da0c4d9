"""A link to a process that has ended raises noproc on a BEAM, before anything else; here the exit signal noproc
ends the caller. Either way who does not trap exits ends.
"""

from pybeam import process
from tests.scenarios.trace import ended, fate, idle, say

difference = "link-to-the-dead"
expected = ["noproc"]


def scenario() -> None:
    dead = process.spawn(lambda: None)
    ended(dead)

    def linker() -> None:
        process.link(dead)
        idle()

    say(fate(linker))
