# Plays the stories of beam_supervisors.txt on a BEAM and writes them anew, with what came of each step:
#
#     elixir tests/otp/beam_supervisors.exs
#
# A story begins with its strategy; "dynamic" is a DynamicSupervisor. Each line after that is a step,
# `act child restart-type number`, then what it returned, who started (+), failed to (!) and ended (-), and the
# children, with 1 for those that run.

:logger.set_primary_config(:level, :none)

defmodule Kid do
  use GenServer
  def start_link(id), do: GenServer.start_link(__MODULE__, id, name: id)

  def init(id) do
    case :ets.lookup(:fails, id) do
      [{_, n}] when n > 0 ->
        :ets.insert(:fails, {id, n - 1})
        send(:diary, "!#{id}")
        {:stop, :oops}

      _ ->
        Process.flag(:trap_exit, true)
        send(:diary, "+#{id}")
        {:ok, id}
    end
  end

  def terminate(_, id), do: send(:diary, "-#{id}")
end

defmodule Story do
  @names [:a, :b, :c, :d]

  def play([strategy | steps]) do
    for id <- @names, do: :ets.insert(:fails, {id, 0})
    sup = start(strategy)
    lines = Enum.flat_map(steps, &if(Process.alive?(sup), do: [line(strategy, sup, &1)], else: []))
    if Process.alive?(sup), do: Supervisor.stop(sup)
    diary()
    Enum.join([strategy | lines], "\n")
  end

  defp start("dynamic") do
    {:ok, sup} = DynamicSupervisor.start_link(max_restarts: 3, max_seconds: 100_000)
    sup
  end

  defp start(strategy) do
    {:ok, sup} = Supervisor.start_link([], strategy: String.to_atom(strategy), max_restarts: 3, max_seconds: 100_000)
    sup
  end

  defp line(strategy, sup, line) do
    [step | _] = String.split(line, "|")
    [act, id, restart, number] = String.split(step)
    result = act(strategy, act, sup, String.to_atom(id), String.to_atom(restart), String.to_integer(number))
    "#{step}|#{result}|#{Enum.join(in_order(strategy, diary()), " ")}|#{children(strategy, sup)}"
  end

  # A DynamicSupervisor stops its children at once: in no order.
  defp in_order("dynamic", entries), do: Enum.sort(entries)
  defp in_order(_, entries), do: entries

  defp act(_, "fail", _, id, _, number) do
    :ets.insert(:fails, {id, number})
    "ok"
  end

  defp act(_, fall, sup, id, _, _) when fall in ["kill", "finish"] do
    if pid = Process.whereis(id) do
      ref = Process.monitor(pid)
      if fall == "kill", do: Process.exit(pid, :kill), else: GenServer.stop(pid)
      receive do: ({:DOWN, ^ref, _, _, _} -> :ok)
      settle(sup)
    end

    "ok"
  end

  defp act("dynamic", "start", sup, id, restart, _),
    do: result(DynamicSupervisor.start_child(sup, spec(id, restart)))

  defp act("dynamic", "terminate", sup, id, _, _),
    do: result(DynamicSupervisor.terminate_child(sup, Process.whereis(id) || self()))

  defp act("dynamic", _, _, _, _, _), do: "ok"
  defp act(_, "start", sup, id, restart, _), do: result(Supervisor.start_child(sup, spec(id, restart)))
  defp act(_, "terminate", sup, id, _, _), do: result(Supervisor.terminate_child(sup, id))
  defp act(_, "restart", sup, id, _, _), do: result(Supervisor.restart_child(sup, id))
  defp act(_, "delete", sup, id, _, _), do: result(Supervisor.delete_child(sup, id))

  defp spec(id, restart), do: %{id: id, start: {Kid, :start_link, [id]}, restart: restart}

  defp result(:ok), do: "ok"
  defp result({:ok, _}), do: "ok"
  defp result({:error, {:already_started, _}}), do: "already_started"
  defp result({:error, reason}) when reason in [:already_present, :running, :not_found], do: reason
  defp result({:error, :oops}), do: "failed"
  defp result({:error, {:oops, _}}), do: "failed"

  defp settle(sup) do
    for _ <- 1..4 do
      Process.sleep(1)

      try do
        Supervisor.which_children(sup)
      catch
        :exit, _ -> :ok
      end
    end
  end

  defp children(strategy, sup) do
    if Process.alive?(sup) do
      found =
        for {id, pid, _, _} <- Supervisor.which_children(sup) do
          id = if strategy == "dynamic", do: Enum.find(@names, &(Process.whereis(&1) == pid)), else: id
          "#{id}#{if is_pid(pid), do: 1, else: 0}"
        end

      found |> Enum.sort() |> Enum.join(" ")
    else
      "gone"
    end
  end

  defp diary(acc \\ []) do
    receive do
      {:EXIT, _, _} -> diary(acc)
      entry when is_binary(entry) -> diary([entry | acc])
    after
      0 -> Enum.reverse(acc)
    end
  end
end

Process.flag(:trap_exit, true)
Process.register(self(), :diary)
:ets.new(:fails, [:named_table, :public])
file = Path.join(__DIR__, "beam_supervisors.txt")
[_ | stories] = file |> File.read!() |> String.trim() |> String.split("\n\n")
played = Enum.map(stories, &Story.play(String.split(&1, "\n")))
head = "# OTP #{System.otp_release()}, Elixir #{System.version()}"
File.write!(file, Enum.join([head | played], "\n\n") <> "\n")
