# A process can be asked for only on its own node: elsewhere that is an error.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
say(outcome(fn -> Process.info(remote) end))
say(on(b, fn -> Process.info(remote, :message_queue_len) |> elem(1) end))
say(outcome(fn -> Process.alive?(remote) end))
