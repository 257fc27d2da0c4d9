# After unlink no EXIT comes, whatever happens to the other.
import Trace

Process.flag(:trap_exit, true)
child = spawn_link(&idle/0)
Process.unlink(child)
say(end_with(child, :boom))
say(more())
