# A task under a supervisor that is linked takes its owner along when it crashes; the supervisor goes on.
import Trace

{:ok, supervisor} = Task.Supervisor.start_link()
say(fate(fn -> Task.Supervisor.async(supervisor, fn -> leave(:boom) end) |> Task.await() end))
say(Process.alive?(supervisor))
