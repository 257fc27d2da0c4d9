# A timer for a name finds who has the name when it fires; when nobody has it, nothing happens.
import Trace

Process.send_after(:later, :tick, 20)
Process.register(self(), :later)
say(take())
Process.send_after(:nobody, :tick, 0)
say(more())
