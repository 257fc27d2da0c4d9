"""The command line: what is measured, and who takes part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import run
from bench.contenders import OWN, PEERS
from bench.report import Report, every_work, to_json
from bench.run import asks_of, chosen, field, listing, parser
from bench.works import OURS, WORKS

REPORT = Report("a machine", False, 1, {("call_remote", OURS): {0: 1e-4}}, {}, {})


def keys(*only: str, quick: bool = False) -> set[str]:
    return {work.key for work in chosen(every_work(), only, quick=quick)}


def test_all_works_are_measured_unless_some_are_named() -> None:
    assert keys() == {work.key for work in every_work()}


def test_a_prefix_names_all_works_that_begin_so() -> None:
    assert {"call_remote", "call_remote_64", "call_remote_1000"} <= keys("call_remote")
    assert "call_local" not in keys("call_remote")


def test_what_a_goal_compares_with_is_measured_too() -> None:
    assert "latency" in keys("load")
    assert "call_remote" in keys("fill")


def test_the_quick_variant_leaves_the_long_works_out() -> None:
    assert "large_1000000_bytes" in keys(quick=True)
    assert "large_1000000000_bytes" not in keys(quick=True)
    assert "mesh_40" not in keys(quick=True)


def test_a_name_that_fits_no_work_is_refused() -> None:
    with pytest.raises(ValueError, match="no work begins with 'cal_'"):
        keys("call", "cal_")


def test_works_that_read_one_answer_ask_once() -> None:
    idle = [work for work in WORKS if work.key.startswith("idle")]
    assert len(idle) > 1
    assert len(asks_of(idle)) == 1


def test_peers_take_part_only_when_they_are_wanted() -> None:
    assert not set(PEERS) & set(field([], peers=False))
    assert set(PEERS) <= set(field([], peers=True))


def test_pybeam_always_takes_part() -> None:
    assert {contender.label for contender in field(["rpyc"], peers=False)} == {OURS, "rpyc"}
    assert set(OWN) <= set(field(["rpyc"], peers=False))


def test_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody is called 'Celery'"):
        field(["rpyc", "Celery"], peers=True)


def test_the_list_names_everybody_and_every_work() -> None:
    text = listing()
    assert "lapinbeam" in text
    assert all(work.key in text for work in WORKS)


@pytest.mark.parametrize(
    "arguments", [["--rounds", "x"], ["--rounds", "0"], ["--rounds", "-1"], ["--rounds"], ["--nonsense"], ["--only"]]
)
def test_bad_options_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parser().parse_args(arguments)
    assert stopped.value.code == 2
    assert "usage: bench.run" in capsys.readouterr().err


def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *arguments: str) -> int:
    """The status of the command. Its page goes to a folder of the test's own, and signals stay as they are."""
    monkeypatch.setattr("sys.argv", ["bench.run", "--cache", str(tmp_path / "cache"), *arguments])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(run, "PAGE", tmp_path / "benchmarks.md")
    return run.main()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--only", "nonsense"], "no work begins with 'nonsense'"),
        (["--who", "Celery"], "nobody is called 'Celery'"),
        (["--render", "nowhere.json"], "nowhere.json"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_status(
    arguments: list[str], why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(monkeypatch, tmp_path, *arguments) == 2
    error = capsys.readouterr().err
    assert why in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"values": 3}', "not JSON"])
def test_a_file_without_results_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(text)
    with pytest.raises(ValueError, match="does not hold the results of a run"):
        run.kept(file)


def test_kept_results_are_shown_and_written_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(to_json(REPORT)))
    assert ran(monkeypatch, tmp_path, "--render", str(file), "--write") == 0
    assert (tmp_path / "benchmarks.md").read_text() in capsys.readouterr().out
    assert (tmp_path / "plots" / "call_remote.svg").exists()


def test_nothing_is_written_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(to_json(REPORT)))
    assert ran(monkeypatch, tmp_path, "--render", str(file)) == 0
    assert not (tmp_path / "benchmarks.md").exists()


def test_an_interrupted_run_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(options: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "measured", interrupted)
    assert ran(monkeypatch, tmp_path, "--write") == 130
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "benchmarks.md").exists()
