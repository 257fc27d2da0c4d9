# An exit signal with any other reason than normal ends who does not trap exits, with that reason.
import Trace

for reason <- [:boom, :shutdown, {:shutdown, :moved}, :killed, :noproc, 7] do
  pid = spawn(&idle/0)
  say(end_with(pid, reason))
end
