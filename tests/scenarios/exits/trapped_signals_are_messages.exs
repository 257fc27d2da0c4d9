# To who traps exits, every exit signal but kill is a message that names its sender.
import Trace

me = self()
pid = spawn(fn -> hand_on(me) end)
say(take())

for reason <- [:normal, :boom, :shutdown, :killed] do
  Process.exit(pid, reason)
  say(take() == {:got, {:EXIT, me, reason}})
end

say(Process.alive?(pid))
