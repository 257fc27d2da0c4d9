# A call to a name that nobody has there exits with noproc; to a node that is not there, with nodedown; a cast
# does nothing.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
say(end_with(remote, :boom))
say(outcome(fn -> GenServer.call(remote, :ask) end))
say(outcome(fn -> GenServer.call({:nobody, b}, :ask) end))
say(outcome(fn -> GenServer.call({:nobody, :"nowhere@127.0.0.1"}, :ask) end))
say(GenServer.cast({:nobody, b}, :tell))
say(GenServer.cast({:nobody, :"nowhere@127.0.0.1"}, :tell))
