# Setting trap_exit gives back what held before.
import Trace

say(Process.flag(:trap_exit, true))
say(Process.flag(:trap_exit, true))
say(Process.flag(:trap_exit, false))
say(Process.flag(:trap_exit, false))
