# A process may link to itself, and nothing comes of it.
import Trace

Process.flag(:trap_exit, true)
Process.link(self())
say(more())
