# A link to a process that has ended raises noproc on a BEAM, before anything else; here the exit signal
# noproc ends the caller. Either way who does not trap exits ends.
import Trace

dead = spawn(fn -> :ok end)
ended(dead)
say(fate(fn -> Process.link(dead) && idle() end))
