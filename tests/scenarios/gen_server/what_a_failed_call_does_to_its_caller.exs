# A call that fails ends its caller, unless it is caught: by an exit that names the call on a BEAM, by an
# exception here.
import Trace

reason = fate(fn -> GenServer.call(:nobody, :ask) end)
{what, {GenServer, :call, _}} = reason
say({what, :in_a_call})
