# A process that traps exits gets its own exit signals as messages.
import Trace

Process.flag(:trap_exit, true)
Process.exit(self(), :boom)
say(take() == {:EXIT, self(), :boom})
Process.exit(self(), :normal)
say(take() == {:EXIT, self(), :normal})
