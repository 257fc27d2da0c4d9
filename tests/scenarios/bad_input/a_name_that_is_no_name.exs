# A process gets no name that is none: undefined or no atom on a BEAM, empty or no str here.
import Trace

say(outcome(fn -> :erlang.register(:undefined, self()) end))
say(outcome(fn -> :erlang.register("a string", self()) end))
