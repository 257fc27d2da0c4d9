# Messages in the mailbox of a process that ends are gone; a second signal finds nobody.
import Trace

me = self()

pid =
  spawn(fn ->
    receive do: (:never -> :ok)
    send(me, :went_on)
  end)

ref = Process.monitor(pid)
send(pid, :one)
Process.exit(pid, :first)
Process.exit(pid, :second)
send(pid, :never)
say(reason_of(ref))
say(more())
