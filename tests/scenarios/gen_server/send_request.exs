# A request may be sent now, and its answer be asked for later.
import Trace

defmodule Echo do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {:reply, request, nil}
end

{:ok, pid} = GenServer.start(Echo, nil)
requests = for number <- 1..3, do: :gen_server.send_request(pid, number)
say(for request <- Enum.reverse(requests), do: :gen_server.wait_response(request, 1000) |> elem(1))
say(more())
