# async_stream_nolink: a crash is an outcome among the others.
import Trace

{:ok, supervisor} = Task.Supervisor.start_link()
work = fn number -> if number == 2, do: leave(:boom), else: number * 10 end
say(Task.Supervisor.async_stream_nolink(supervisor, [1, 2, 3], work) |> Enum.to_list())
