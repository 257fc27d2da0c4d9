# A partition that falls is started again, under its number.
import Trace

{:ok, _} = PartitionSupervisor.start_link(child_spec: {Agent, fn -> 0 end}, name: Cells, partitions: 2)
one = {:via, PartitionSupervisor, {Cells, 1}}
Agent.update(one, &(&1 + 1))
say(Agent.get(one, & &1))
say(end_with(GenServer.whereis(one), :kill))
settle()
say(Agent.get(one, & &1))
say(PartitionSupervisor.count_children(Cells).active)
