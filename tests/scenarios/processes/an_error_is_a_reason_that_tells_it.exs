# A process that raises ends with a reason that tells what was raised, with the trace of calls.
import Trace

say(fate(fn -> raise "oops" end))
