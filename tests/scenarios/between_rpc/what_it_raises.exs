# What the function raises there is raised here.
import Trace

[b] = peers(1)

try do
  :erpc.call(b, fn -> raise "oops" end)
rescue
  error in [ErlangError] -> say(elem(error.original, 1).message)
end
