# A process that ends abnormally takes those linked to it along, with the same reason.
import Trace

say(fate(fn -> spawn_link(fn -> leave(:boom) end) && idle() end))
