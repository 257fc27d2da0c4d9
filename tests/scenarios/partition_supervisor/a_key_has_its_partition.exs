# Each key has its partition, a number that of its rest; the children know their numbers.
import Trace

{:ok, _} =
  PartitionSupervisor.start_link(
    child_spec: {Agent, fn -> nil end},
    name: Cells,
    partitions: 3,
    with_arguments: fn [_], number -> [fn -> number end] end
  )

say(for key <- [0, 1, 2, 3, 4, -1], do: Agent.get({:via, PartitionSupervisor, {Cells, key}}, & &1))
say(PartitionSupervisor.partitions(Cells))
