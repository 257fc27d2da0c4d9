# Linking twice makes one link: one EXIT comes, and one unlink takes it away.
import Trace

Process.flag(:trap_exit, true)
child = spawn_link(&idle/0)
Process.link(child)
Process.exit(child, :boom)
say(take() == {:EXIT, child, :boom})
say(more())
other = spawn_link(&idle/0)
Process.link(other)
Process.unlink(other)
Process.exit(other, :boom)
say(more())
