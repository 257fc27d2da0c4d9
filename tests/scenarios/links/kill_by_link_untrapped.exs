# The reason kill that comes over a link ends who does not trap exits, with kill and not killed.
import Trace

say(fate(fn -> spawn_link(fn -> leave(:kill) end) && idle() end))
