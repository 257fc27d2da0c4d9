# What every scenario of this folder imports: the trace that it prints, and a few words to say things with.
# `trace.py` has the same words, with the same meaning.
defmodule Trace do
  @moduledoc false
  use GenServer

  @patience 5_000

  # Write one term into the trace. Only when it is written does this return, so that what one
  # process says before it wakes another stands before what that other one says.
  def say(term), do: GenServer.call(:trace, {:say, term})

  # The next message, which comes; :nothing when none does.
  def take(milliseconds \\ @patience) do
    receive do
      message -> message
    after
      milliseconds -> :nothing
    end
  end

  # `take`, where no message should come: so it is waited for less long.
  def more(milliseconds \\ 100), do: take(milliseconds)

  # What `fun` returns, `{:exit, reason}` where it exits, `{:raised, what}` where it raises.
  def outcome(fun) do
    fun.()
  catch
    :exit, reason -> {:exit, without_call(reason)}
    :error, error -> {:raised, kind(Exception.normalize(:error, error))}
  end

  # A call that exits adds the call to the reason.
  defp without_call({reason, {module, function, args}}) when is_atom(module) and is_atom(function) and is_list(args),
    do: without_call(reason)

  defp without_call(reason), do: reason

  defp kind(%ArgumentError{}), do: :badarg
  defp kind(error), do: error.__struct__

  # What a start gives: `{:ok, pid}`, `{:error, reason}` or `:ignore`.
  def started(fun), do: fun.()

  # Wait until a process has ended; why it did: :noproc when it had ended before.
  def ended(pid), do: pid |> Process.monitor() |> reason_of()

  # Send a process an exit signal, and wait until it has ended; why it did.
  def end_with(pid, reason) do
    ref = Process.monitor(pid)
    Process.exit(pid, reason)
    reason_of(ref)
  end

  # Run `fun` in a process of its own, and wait until that has ended; why it did.
  def fate(fun), do: fun |> spawn_monitor() |> elem(1) |> reason_of()

  # The reason in the DOWN message of a monitor, once that has come.
  def reason_of(ref) do
    receive do
      {:DOWN, ^ref, _, _, reason} -> reason
    after
      @patience -> :still_running
    end
  end

  # Wait until what is under way has arrived.
  def settle, do: Process.sleep(50)

  # What a process runs that only waits to be ended.
  def idle, do: Process.sleep(:infinity)

  # End the calling process with a reason, whether it traps exits or not.
  def leave(reason), do: exit(reason)

  # What a process runs that hands on to `pid` all that it gets. It traps exits.
  def hand_on(pid) do
    Process.flag(:trap_exit, true)
    send(pid, :ready)
    hand_on_all(pid)
  end

  defp hand_on_all(pid) do
    receive do
      message -> send(pid, {:got, message})
    end

    hand_on_all(pid)
  end

  # What a process runs that keeps all that it gets, until it is asked for it. It traps exits.
  def collect do
    Process.flag(:trap_exit, true)
    collect([])
  end

  defp collect(kept) do
    receive do
      {:collected, pid} -> send(pid, {:kept, Enum.reverse(kept)}) && collect(kept)
      message -> collect([message | kept])
    end
  end

  # What a process that runs `collect` has got.
  def collected(pid) do
    send(pid, {:collected, self()})

    receive do
      {:kept, kept} -> kept
    after
      @patience -> :no_answer
    end
  end

  # The names of so many other nodes, freshly started and connected to this one.
  def peers(count), do: GenServer.call(:trace, {:peers, count}, 20_000)

  # The OS process of a node ends, there and then.
  def halt(node), do: :erpc.cast(node, :erlang, :halt, [0, [flush: false]])

  # A node that was halted starts anew under its old name, and is connected.
  def restart(node), do: GenServer.call(:trace, {:restart, node}, 20_000)

  # Call `fun` on another node, in a process of its own there; what it returns.
  def on(node, fun), do: :erpc.call(node, fun)

  # ---------------------------------------------------------------- the server that writes it

  @impl true
  def init(start_peers), do: {:ok, {[], start_peers}}

  @impl true
  def handle_call({:say, _}, _, {:closed, _} = state), do: {:reply, :ok, state}
  def handle_call({:say, term}, _, {lines, peers}), do: {:reply, :ok, {[text(term) | lines], peers}}
  def handle_call({:peers, count}, _, {_, start} = state), do: {:reply, start.(Enum.take([:b, :c, :d], count)), state}

  def handle_call({:restart, node}, _, {_, start} = state) do
    [short, _] = node |> Atom.to_string() |> String.split("@")
    {:reply, [^node] = start.([String.to_atom(short)]), state}
  end

  def handle_call(:close, _, {:closed, lines} = state), do: {:reply, lines, state}
  def handle_call(:close, _, {lines, _}), do: {:reply, Enum.reverse(lines), {:closed, Enum.reverse(lines)}}

  @doc "The common form of a term: see README.md."
  def text(nil), do: "nil"
  def text(atom) when is_atom(atom), do: atom |> Atom.to_string() |> String.replace_prefix("Elixir.", "") |> word()
  def text(string) when is_binary(string), do: word(string)
  def text(number) when is_number(number), do: to_string(number)
  def text(pid) when is_pid(pid), do: "pid:" <> named(:pid, pid)
  def text(ref) when is_reference(ref), do: "ref:" <> named(:ref, ref)
  def text(list) when is_list(list) and length(list) >= 0, do: "[" <> Enum.map_join(list, ", ", &text/1) <> "]"
  def text({:EXIT, pid, reason}), do: "{EXIT, #{text(pid)}, #{text(reason)}}"

  def text({error, [{_, _, _, where} | _] = stack}) when is_list(where),
    do: crash(Exception.normalize(:error, error, stack))

  def text({%{__exception__: true} = error, []}), do: crash(error)
  def text(tuple) when is_tuple(tuple), do: "{" <> Enum.map_join(Tuple.to_list(tuple), ", ", &text/1) <> "}"

  def text(map) when is_map(map) and not is_struct(map) do
    entries = map |> Enum.map(fn {key, value} -> {text(key), value} end) |> Enum.sort_by(&elem(&1, 0))
    "%{" <> Enum.map_join(entries, ", ", fn {key, value} -> key <> ": " <> text(value) end) <> "}"
  end

  def text(other), do: "!! no common form: " <> inspect(other)

  defp crash(error) do
    kind = error.__struct__ |> Module.split() |> List.last()
    "crash(#{kind}, #{word(Exception.message(error))})"
  end

  defp word(string) do
    cond do
      string =~ ~r/\A\w+@127\.0\.0\.1\z/ -> "node:" <> hd(String.split(string, "@"))
      string =~ ~r/\A[A-Za-z_][A-Za-z0-9_.]*\z/ -> string
      true -> inspect(string)
    end
  end

  # Names in the order of first mention. The server's own dictionary keeps them.
  defp named(kind, value) do
    case Process.get({kind, value}) do
      nil ->
        number = Process.get(kind, 0) + 1
        Process.put(kind, number)
        name = if kind == :pid, do: <<?a + number - 1>>, else: to_string(number)
        Process.put({kind, value}, name)
        name

      name ->
        name
    end
  end
end
