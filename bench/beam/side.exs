# A contender's half of the talk with `bench.run`, as bench/side.py has it for Python: lines of
# `work name=number ...` come in, a line of JSON goes out for each.
defmodule Side do
  @request {:get, "k_1_4321"}

  def request, do: @request

  def serve(tasks) do
    known = tasks |> Map.keys() |> Enum.map_join(", ", &inspect/1)
    version = "Elixir #{System.version()}, OTP #{System.otp_release()}"
    IO.puts(~s({"ready": [#{known}], "version": "#{version}"}))
    loop(tasks)
  end

  def announce(address) do
    IO.puts(~s({"ready": [], "address": "#{address}"}))
    wait_for_end()
  end

  def wait_for_end do
    if is_binary(IO.read(:line)), do: wait_for_end(), else: System.halt(0)
  end

  # Seconds each of `count` turns.
  def timed(count, act) do
    start = now()
    repeat(count, act)
    %{each: (now() - start) / count}
  end

  # The same by `callers` processes, each of which makes its share.
  def timed(count, callers, act) do
    turns = max(1, div(count, callers))
    start = now()
    refs = for _ <- 1..callers, do: elem(spawn_monitor(fn -> repeat(turns, act) end), 1)

    for ref <- refs do
      receive do
        {:DOWN, ^ref, _, _, :normal} -> :ok
      end
    end

    %{each: (now() - start) / (turns * callers)}
  end

  def repeat(0, _act), do: :ok

  def repeat(count, act) do
    act.()
    repeat(count - 1, act)
  end

  def now, do: System.monotonic_time(:nanosecond) / 1.0e9

  defp loop(tasks) do
    case IO.read(:line) do
      line when is_binary(line) ->
        IO.puts(answer(tasks, String.split(line)))
        loop(tasks)

      _ ->
        System.halt(0)
    end
  end

  defp answer(tasks, [name | words]) do
    options =
      Map.new(words, fn word ->
        [key, number] = String.split(word, "=")
        {String.to_atom(key), String.to_integer(number)}
      end)

    "{" <> Enum.map_join(tasks[name].(options), ", ", fn {key, value} -> ~s("#{key}": #{value}) end) <> "}"
  rescue
    error -> ~s({"error": #{inspect(Exception.message(error))}})
  end
end
