# A key that is no number belongs to the partition of its phash2.
import Trace

{:ok, _} =
  PartitionSupervisor.start_link(
    child_spec: {Agent, fn -> nil end},
    name: Cells,
    partitions: 7,
    with_arguments: fn [_], number -> [fn -> number end] end
  )

for key <- ["door", "window", {"floor", 2}, ["a", 1], 1.5] do
  say(Agent.get({:via, PartitionSupervisor, {Cells, key}}, & &1) == :erlang.phash2(key, 7))
end
