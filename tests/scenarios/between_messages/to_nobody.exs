# A message to a name that nobody has, to a process that has ended or to a node that is not there is dropped.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
say(end_with(remote, :boom))
say(outcome(fn -> send(remote, :hello) end))
say(outcome(fn -> send({:nobody, b}, :hello) end))
say(outcome(fn -> send({:nobody, :"nowhere@127.0.0.1"}, :hello) end))
say(more())
