# Run scenarios one after another, each on its own, and print their traces:
#
#     elixir --name here@127.0.0.1 --erl ... run.exs AREA/NAME ...
#
# `python -m tests.scenarios` does; see README.md.
here = __DIR__
words = Enum.flat_map(["trace.exs", "kids.exs"], &Code.compile_file(Path.join(here, &1)))

defmodule Modules do
  # Keeps what a scenario compiles, so that its other nodes can be given it too.
  def keep({:module, module, code, _}), do: Agent.update(Modules, &[{module, code} | &1])
  def all, do: Agent.get(Modules, & &1)
  def forget(words), do: Agent.update(Modules, fn _ -> words end)
end

defmodule Runner do
  @limit 20_000
  @cookie Node.get_cookie()

  def run(here, words, name) do
    Modules.forget(words)
    {:ok, leader} = StringIO.open("")
    {:ok, trace} = GenServer.start(Trace, fn shorts -> peers(shorts, leader) end, name: :trace)
    runner = self()
    {pid, ref} = spawn_monitor(fn -> perform(leader, Path.join(here, name <> ".exs"), runner) end)
    fault = wait(pid, ref)
    lines = GenServer.call(:trace, :close)
    clean_up(leader)
    GenServer.stop(trace)
    StringIO.close(leader)
    IO.puts(["== ", name, "\n", Enum.map(lines, &[&1, "\n"]), fault])
  end

  defp perform(leader, file, runner) do
    Process.group_leader(self(), leader)
    file |> File.read!() |> Code.string_to_quoted!(file: file) |> Macro.postwalk(&keeping/1) |> Code.eval_quoted()
    GenServer.call(:trace, :close)
    send(runner, :performed)
    # It stays: what its end would bring about is no part of the trace.
    Process.sleep(:infinity)
  end

  defp keeping({:defmodule, _, _} = definition), do: quote(do: Modules.keep(unquote(definition)))
  defp keeping(other), do: other

  defp wait(pid, ref) do
    receive do
      :performed -> []
      {:DOWN, ^ref, _, _, reason} -> ["!! ended with ", inspect(reason), "\n"]
    after
      @limit ->
        Process.exit(pid, :kill)
        ["!! does not end\n"]
    end
  end

  # What a scenario started has its group leader, here and by way of its peers' control processes there.
  defp clean_up(leader) do
    for pid <- Process.list(), Process.info(pid, :group_leader) == {:group_leader, leader} do
      ref = Process.monitor(pid)
      Process.exit(pid, :kill)

      receive do
        {:DOWN, ^ref, _, _, _} -> :ok
      end
    end

    for node <- Node.list(:connected), do: gone(node)
    :global.sync()
  end

  defp gone(node) do
    Node.monitor(node, true)

    receive do
      {:nodedown, ^node} -> :ok
    after
      5_000 -> raise "#{node} does not end"
    end
  end

  defp peers(shorts, leader) do
    shorts |> Enum.map(&Task.async(fn -> peer(&1, leader) end)) |> Task.await_many(15_000)
  end

  defp peer(short, leader) do
    Process.group_leader(self(), leader)
    args = ~w(-setcookie #{@cookie} -start_epmd false -kernel logger_level none
              -kernel prevent_overlapping_partitions false -pa #{:code.lib_dir(:elixir)}/ebin)c
    options = %{name: short, host: '127.0.0.1', args: args, connection: :standard_io}
    {:ok, _, node} = :peer.start(options)
    true = Node.connect(node)
    for {module, code} <- Modules.all(), do: :erpc.call(node, :code, :load_binary, [module, '', code])
    node
  end
end

:logger.set_primary_config(:level, :none)
Code.put_compiler_option(:ignore_module_conflict, true)
{:ok, _} = Agent.start(fn -> words end, name: Modules)
IO.puts(["# OTP ", System.otp_release(), ", erts ", :erlang.system_info(:version), ", Elixir ", System.version()])
for name <- System.argv(), do: Runner.run(here, words, name)
System.halt(0)
