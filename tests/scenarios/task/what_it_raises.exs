# What a task raises ends the await of an owner that traps exits: by an exit with the crash on a BEAM, by the
# exception itself here.
import Trace

Process.flag(:trap_exit, true)
say(outcome(fn -> Task.async(fn -> raise "oops" end) |> Task.await() end))
