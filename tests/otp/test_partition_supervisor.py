"""PartitionSupervisor: keys at home with partitions, and what becomes of a partition that falls."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.errors import AlreadyStarted, NoProcess
from pybeam.hashing.phash2 import phash2
from pybeam.otp.child import ChildSpec
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.gen_server import GenServer
from pybeam.otp.parent import ChildInfo
from pybeam.otp.partition_supervisor import PartitionSupervisor
from pybeam.otp.supervisor import Supervisor
from pybeam.process import exit, monitor, receive, self, send, sleep, spawn, trap_exit, whereis
from pybeam.runtime.signals import From
from pybeam.terms import Atom, Pid
from pybeam.testing.inside import inside, settle
from tests.otp.family import Family

via = PartitionSupervisor.via


class Cell(GenServer):
    """Tells its arguments; keeps what it was told."""

    def init(self, *args: Any) -> None:
        self.args, self.heard = args, list[Any]()

    def handle_call(self, request: Any, from_: From) -> Any:
        return {"args": self.args, "heard": self.heard, "pid": self._process.pid}[request]

    def handle_cast(self, message: Any) -> None:
        self.heard.append(("cast", message))

    def handle_info(self, message: Any) -> None:
        self.heard.append(message)


def pids(name: Any) -> list[Any]:
    return [child.pid for child in PartitionSupervisor.which_children(name)]


@inside
def test_the_partitions_are_numbered_and_told_of() -> None:
    PartitionSupervisor.start_link((Cell, "x"), 3, name="cells")
    infos = PartitionSupervisor.which_children("cells")
    assert [(info.id, info.type) for info in infos] == [(n, "worker") for n in range(3)]
    assert all(isinstance(info, ChildInfo) and isinstance(info.pid, Pid) for info in infos)
    assert PartitionSupervisor.partitions("cells") == 3
    assert PartitionSupervisor.count_children("cells") == {"specs": 3, "active": 3, "supervisors": 0, "workers": 3}


@inside
def test_a_key_is_a_destination_for_everything() -> None:
    PartitionSupervisor.start_link((Cell, "x"), 3, name="cells")
    dest = via("cells", "ann")
    send(dest, "a message")
    GenServer.cast(dest, "a cast")
    assert GenServer.call(dest, "heard") == ["a message", ("cast", "a cast")]
    assert GenServer.call_async(dest, "args").result() == ("x",)
    pid = GenServer.whereis(dest)
    assert pid == GenServer.call(dest, "pid")
    ref = monitor(dest)
    GenServer.stop(dest)
    assert receive() == ("DOWN", ref, "process", pid, "normal")


@pytest.mark.parametrize("key", [0, 4, -4, 10**30, "a", b"a", Atom("a"), ("a", 1), 1.5, None, True, False, [], {}])
def test_an_int_goes_by_its_size_and_all_else_by_phash2(key: Any) -> None:
    @inside
    def story() -> None:
        PartitionSupervisor.start_link(Cell, 3, name="cells")
        number = abs(key) % 3 if type(key) is int else phash2(key, 3)
        assert GenServer.whereis(via("cells", key)) == pids("cells")[number]

    story()


# What Elixir 1.14 answers for three partitions.
ON_THE_BEAM = [(0, 0), (4, 1), (-4, 1), ("a", 0), (Atom("a"), 1), ((1, 2), 0), (1.5, 0), (None, 2), (True, 1)]


@pytest.mark.parametrize(("key", "number"), ON_THE_BEAM)
def test_keys_are_at_home_where_elixir_has_them(key: Any, number: int) -> None:
    @inside
    def story() -> None:
        PartitionSupervisor.start_link(Cell, 3, name="cells")
        assert GenServer.whereis(via("cells", key)) == pids("cells")[number]

    story()


@given(
    st.lists(st.one_of(st.integers(), st.text(), st.tuples(st.integers(), st.text())), max_size=20), st.integers(1, 9)
)
def test_every_key_has_one_home_and_keeps_it(keys: list[Any], partitions: int) -> None:
    @inside
    def story() -> None:
        PartitionSupervisor.start_link(Cell, partitions, name="cells")
        homes = [GenServer.whereis(via("cells", key)) for key in keys]
        assert homes == [GenServer.whereis(via("cells", key)) for key in keys]
        assert set(homes) <= set(pids("cells"))

    story()


@inside
def test_a_pid_may_be_the_key() -> None:
    PartitionSupervisor.start_link(Cell, 3, name="cells")
    assert GenServer.whereis(via("cells", self())) in pids("cells")


@inside
def test_a_key_finds_its_partition_again_after_a_restart() -> None:
    PartitionSupervisor.start_link(Cell, 2, name="cells")
    dest = via("cells", 1)
    before = GenServer.call(dest, "pid")
    assert isinstance(before, Pid)
    exit(before, "kill")
    settle()
    assert GenServer.call(dest, "pid") == pids("cells")[1] != before


@inside
def test_a_partition_that_does_not_run_is_nobody() -> None:
    family = Family()
    PartitionSupervisor.start_link(family.spec("only"), 1, name="cells", max_restarts=10**9)
    family.failures["only"], family.start_seconds["only"] = 10**9, 1.0
    dest = via("cells", "x")
    exit(whereis("only") or self(), "kill")
    sleep(1.5)
    assert pids("cells") == ["restarting"]
    assert GenServer.whereis(dest) is None
    send(dest, "dropped")
    with pytest.raises(NoProcess, match="partition of 'cells' for 'x'"):
        GenServer.call(dest, "pid")


@inside
def test_a_key_of_nobodys_name_is_nobody() -> None:
    with pytest.raises(NoProcess, match="partition of 'nobody'"):
        GenServer.call(via("nobody", 1), "pid")
    with pytest.raises(NoProcess, match="nobody"):
        PartitionSupervisor.partitions("nobody")
    send(via("nobody", 1), "dropped")


@inside
def test_a_name_that_is_of_no_partition_supervisor_says_so() -> None:
    GenServer.start(Cell, name="cell")
    Supervisor.start_link([], name="top")
    for name in ("cell", "top"):
        for act in (lambda name: PartitionSupervisor.partitions(name), lambda name: send(via(name, 1), "x")):
            with pytest.raises(ValueError, match="is no PartitionSupervisor of this node"):
                act(name)


@inside
def test_a_key_that_has_no_hash_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(TypeError):
        via("cells", object())


@inside
def test_with_arguments_gives_each_partition_its_own() -> None:
    PartitionSupervisor.start_link((Cell, "x"), 3, name="cells", with_arguments=lambda args, n: (*args, n))
    assert [GenServer.call(via("cells", n), "args") for n in range(3)] == [("x", 0), ("x", 1), ("x", 2)]
    for senseless in (7, lambda args, n: n, lambda args: args):
        with pytest.raises(TypeError):
            PartitionSupervisor.start_link(Cell, 2, name="others", with_arguments=senseless)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no ChildSpec"):
        PartitionSupervisor.start_link(Cell.child_spec(), 2, name="others", with_arguments=lambda args, n: args)


@inside
def test_dynamic_supervisors_can_be_partitioned() -> None:
    PartitionSupervisor.start_link(DynamicSupervisor, 3, name="pools")
    pool = via("pools", "ann")
    pid = DynamicSupervisor.start_child(pool, Cell)
    assert [child.pid for child in DynamicSupervisor.which_children(pool)] == [pid]
    counts = [DynamicSupervisor.count_children(via("pools", n))["active"] for n in range(3)]
    assert sorted(counts) == [0, 0, 1]
    assert PartitionSupervisor.count_children("pools")["supervisors"] == 3


@inside
def test_it_can_be_a_child_of_another_and_takes_its_partitions_along() -> None:
    supervisor = Supervisor.start_link([PartitionSupervisor.child_spec(Cell, 2, name="cells")])
    (info,) = Supervisor.which_children(supervisor)
    assert (info.id, info.pid, info.type) == ("cells", whereis("cells"), "supervisor")
    partition = GenServer.whereis(via("cells", 0))
    assert isinstance(partition, Pid)
    ref = monitor(partition)
    Supervisor.stop(supervisor)
    assert receive() == ("DOWN", ref, "process", partition, "shutdown")


@inside
def test_too_many_restarts_end_it() -> None:
    trap_exit()
    supervisor = PartitionSupervisor.start_link(Cell, 4, name="cells", max_restarts=1)
    for n in (0, 1):
        partition = GenServer.whereis(via("cells", n))
        assert isinstance(partition, Pid)
        exit(partition, "kill")
        settle()
    assert receive() == ("EXIT", supervisor, "shutdown")


@inside
def test_the_strategy_is_that_of_a_supervisor() -> None:
    PartitionSupervisor.start_link(Cell, 3, name="cells", strategy="one_for_all")
    before = pids("cells")
    exit(before[1], "kill")
    settle()
    assert not set(before) & set(pids("cells"))


@inside
def test_without_a_number_there_is_one_for_each_processor() -> None:
    PartitionSupervisor.start_link(Cell, name="cells")
    assert PartitionSupervisor.partitions("cells") == len(pids("cells")) >= 1


@pytest.mark.parametrize("partitions", [0, -1, 1.5, "3", True])
def test_a_number_of_partitions_that_makes_no_sense_is_refused(partitions: Any) -> None:
    with pytest.raises(ValueError, match="partitions is an int, at least 1"):
        PartitionSupervisor.start_link(Cell, partitions, name="cells")


@inside
def test_one_that_is_about_to_begin_is_not_there_yet() -> None:
    me = self()

    def look() -> None:
        with pytest.raises(NoProcess):
            GenServer.call(via("cells", 1), "args")
        with pytest.raises(NoProcess):
            PartitionSupervisor.partitions("cells")
        send(me, whereis("cells"))

    spawn(look)
    cells = PartitionSupervisor.start_link(Cell, 2, name="cells")
    assert receive() == cells
    assert GenServer.call(via("cells", 1), "args") == ()


@inside
def test_arguments_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        PartitionSupervisor.start_link(Cell, 2, name=None)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(TypeError, match="a child is"):
        PartitionSupervisor.start_link(7, 2, name="cells")  # type: ignore[arg-type]  # that is the point
    with pytest.raises(ValueError, match="significant"):
        spec = ChildSpec("x", Cell.child_spec().start, restart="temporary", significant=True)
        PartitionSupervisor.start_link(spec, 2, name="cells")
    with pytest.raises(ValueError, match="strategy is"):
        PartitionSupervisor.start_link(Cell, 2, name="cells", strategy="simple_one_for_one")  # type: ignore[arg-type]
    PartitionSupervisor.start_link(Cell, 2, name="cells")
    with pytest.raises(AlreadyStarted):
        PartitionSupervisor.start_link(Cell, 2, name="cells")
    with pytest.raises(ValueError, match="no process can be started under the name"):
        GenServer.start(Cell, name=via("cells", 1))


def test_a_destination_by_key_travels() -> None:
    dest = via("cells", "ann")
    assert pickle.loads(pickle.dumps(dest)) == dest
