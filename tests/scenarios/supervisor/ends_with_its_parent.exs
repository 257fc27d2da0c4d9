# A supervisor stops its children and ends when its parent ends, with the parent's reason.
import Trace
import Kids

me = self()

parent =
  spawn(fn ->
    send(me, Supervisor.start_link([kid(:a), kid(:b)], strategy: :one_for_one))
    receive do: (reason -> leave(reason))
  end)

{:ok, supervisor} = take()
ref = Process.monitor(supervisor)
send(parent, :boom)
say(reason_of(ref))
