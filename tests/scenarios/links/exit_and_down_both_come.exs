# Who links to a process and monitors it hears of its end twice: on a BEAM DOWN first or EXIT first is not
# promised, but both come once.
import Trace

Process.flag(:trap_exit, true)
{child, ref} = spawn_monitor(&idle/0)
Process.link(child)
Process.exit(child, :boom)
got = [take(), take()]
say(Enum.member?(got, {:EXIT, child, :boom}))
say(Enum.member?(got, {:DOWN, ref, :process, child, :boom}))
say(more())
