# The info of a process tells its mailbox, links, monitors, name and whether it traps exits.
import Trace

trapping = fn ->
  Process.flag(:trap_exit, true)
  idle()
end

pid = spawn(trapping)
Process.register(pid, :looked_at)
Process.link(pid)
Process.monitor(pid)
for number <- 1..3, do: send(pid, number)
settle()
say(Process.info(pid, :message_queue_len) |> elem(1))
say(Process.info(pid, :links) |> elem(1) == [self()])
say(Process.info(pid, :monitored_by) |> elem(1) == [self()])
say(Process.info(pid, :registered_name) |> elem(1))
say(Process.info(pid, :trap_exit) |> elem(1))
say(Process.info(self(), :monitors) |> elem(1) == [process: pid])
