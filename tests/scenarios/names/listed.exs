# registered() lists the names.
import Trace

before = Process.registered()
Process.register(self(), :zoe)
Process.register(spawn(&idle/0), :adam)
say(Enum.sort(Process.registered() -- before))
