"""The command line as far as it is pure: what it accepts, and how it says what it does not."""

from __future__ import annotations

import logging
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam import commands
from pybeam.cli import command, literal, one_line, parser
from pybeam.errors import PybeamError, RemoteError
from pybeam.logs import LogLine, log_to_stderr

COMMANDS = ("run", "shell", "ping", "rpc", "names", "epmd")


def parse(*arguments: str) -> Namespace:
    return parser().parse_args(arguments)


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str]) -> Any:
    """A function that gives the one line by which a command line is refused."""

    def refused(*arguments: str) -> str:
        assert command(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("pybeam: ") and err.endswith("\n") and err.count("\n") == 1
        return err

    return refused


def test_run_takes_everything_that_the_scripts_give_it() -> None:
    options = parse("run", "apothik.application:Apothik", "--name", "a@127.0.0.1", "--die-with-parent", "--hidden")
    assert (options.target, options.name) == ("apothik.application:Apothik", "a@127.0.0.1")
    assert options.die_with_parent == 0 and options.hidden
    options = parse("run", "apothik.application:Apothik", "--name", "a@127.0.0.1", "--die-with-parent", "4711")
    assert options.die_with_parent == 4711
    assert options.cookie is None and options.epmd_port is None


def test_rpc_takes_its_arguments_as_literals() -> None:
    options = parse("rpc", "a@b", "m:f", "-1", "2.5", "'x'", "[1, (None, True)]", "b'y'")
    assert options.arguments == [-1, 2.5, "x", [1, (None, True)], b"y"]


@pytest.mark.parametrize("number", ["-1.5e3", "-1e400", "-0x10", "-1_000", "-.5E-3", "-1-2j", "-007.5"])
def test_a_negative_number_is_an_argument_and_no_option(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Namespace] = []

    def note(options: Namespace) -> int:
        called.append(options)
        return 0

    monkeypatch.setattr(commands, "rpc_", note)
    assert command(["rpc", "a@b", "m:f", number, "7", number, "--timeout", "1e1"]) == 0
    assert called[0].arguments == [literal(number), 7, literal(number)]
    assert called[0].timeout == 10


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.binary(), st.lists))
def test_every_literal_comes_through_as_it_is(value: object) -> None:
    assert literal(repr(value)) == value


@pytest.mark.parametrize("text", ["toto", "", "1 +", "print(1)", "(" * 5000, "a b", "a\nb", "\0"])
def test_what_is_no_literal_is_refused_with_a_way_out(text: str, refusal: Any) -> None:
    line = refusal("rpc", "a@b", "m:f", text)
    assert "no Python literal" in line and "both pairs of quotes" in line


@pytest.mark.parametrize("name", ["a", "a@", "@b", "a@b@c", "a b@c", "x" * 256 + "@b", "a@b/c"])
@pytest.mark.parametrize("before", [["ping"], ["rpc"], ["run", "m:a", "--name"], ["shell", "--name"]])
def test_a_malformed_node_name_is_a_usage_error(before: list[str], name: str, refusal: Any) -> None:
    assert "bad node name" in refusal(*before, name)


@pytest.mark.parametrize("target", ["module", "module:", ":name", ""])
def test_a_target_without_both_halves_is_a_usage_error(target: str, refusal: Any) -> None:
    assert "package.module:name" in refusal("run", target, "--name", "a@b")
    assert "package.module:name" in refusal("rpc", "a@b", target)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "", "٣", "9" * 5000])
def test_a_port_that_is_none_is_a_usage_error(port: str, refusal: Any) -> None:
    assert "--epmd-port" in refusal("names", f"--epmd-port={port}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["rpc", "a@b", "m:f", "9" * 5000],
        ["rpc", "a@b", "m:f", "x" * 5000],
        ["rpc", "a@b", "x" * 5000],
        ["run", "m:a", "--name", "x" * 5000],
        ["run", "m:a", "--name", "a@b", "--env", "x" * 5000],
        ["x" * 5000],
    ],
)
def test_what_is_refused_is_not_repeated_in_its_full_length(arguments: list[str], refusal: Any) -> None:
    assert len(refusal(*arguments)) < 1100


@pytest.mark.parametrize("timeout", ["-1", "nan", "soon", "", "-1e3"])
def test_a_timeout_that_is_none_is_a_usage_error(timeout: str, refusal: Any) -> None:
    assert "--timeout: a timeout is a number of seconds" in refusal("rpc", "a@b", "m:f", "--timeout", timeout)


def test_a_missing_command_or_name_is_a_usage_error(refusal: Any) -> None:
    assert "COMMAND" in refusal()
    assert "invalid choice: 'frob'" in refusal("frob")
    assert "--name" in refusal("run", "m:a")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command([name, "--help"]) == 0
    assert f"example:\n  pybeam {name}" in capsys.readouterr().out


def test_an_unknown_logging_level_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYBEAM_LOG", "loud")
    assert command(["names"]) == 1
    assert capsys.readouterr().err == (
        "pybeam: there is no logging level 'loud': take one of debug, info, warning, error, critical\n"
    )
    with pytest.raises(PybeamError):
        log_to_stderr("10")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (PybeamError("one"), "one"),
        (PybeamError("one\n  two\n"), "one two"),
        (RemoteError("cannot travel:\nTraceback\n  File x\nKeyError: 1"), "cannot travel: KeyError: 1"),
        (PybeamError(), "PybeamError"),
        (PybeamError("x" * 5000), "x" * 498 + "..." + "x" * 499),
    ],
)
def test_an_error_of_many_lines_is_told_in_one(error: BaseException, line: str) -> None:
    assert one_line(error) == line


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("a@127.0.0.1", "cli_ab@127.0.0.1"),
        ("a@127.0.1.1", "cli_ab@127.0.1.1"),
        ("a@localhost", "cli_ab@localhost"),
        ("a@[::1]", "cli_ab@[::1]"),
        ("a@db.example", "cli_ab@here"),
        ("a@10.0.0.1", "cli_ab@here"),
    ],
)
def test_the_temporary_node_is_where_its_target_can_answer_it(
    target: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.uname", lambda: SimpleNamespace(nodename="here"))
    assert commands.temporary_name(target, "ab") == name


class TestFindingAnApplication:
    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.path", list(__import__("sys").path))
        self.directory = tmp_path

    def write(self, module: str, text: str) -> None:
        (self.directory / f"{module}.py").write_text(f"from pybeam import Application\n{text}\n")

    def test_a_subclass_or_an_instance_in_the_current_directory_is_found(self) -> None:
        self.write("cli_found", "class A(Application):\n    inner = None\nB = A()\nA.inner = B")
        assert commands.find_application("cli_found:A").__name__ == "A"
        assert type(commands.find_application("cli_found:B")).__name__ == "A"
        assert type(commands.find_application("cli_found:A.inner")).__name__ == "A"

    @pytest.mark.parametrize(
        ("target", "text", "line"),
        [
            ("cli_absent:A", None, "cannot import cli_absent: ModuleNotFoundError: No module named 'cli_absent'"),
            ("cli_empty:A", "", "cannot run cli_empty:A: cli_empty has no A"),
            ("cli_number:A", "A = 12", "cannot run cli_number:A: that is no Application"),
            ("cli_class:int", "int = int", "cannot run cli_class:int: that is no Application"),
            ("cli_broken:A", "\n1 / 0", "cannot import cli_broken: ZeroDivisionError: division by zero"),
            ("cli_exits:A", "raise SystemExit(3)", "cannot import cli_exits: SystemExit: 3"),
        ],
    )
    def test_what_is_no_application_is_told_why(self, target: str, text: str | None, line: str) -> None:
        if text is not None:
            self.write(target.partition(":")[0], text)
        with pytest.raises(PybeamError) as caught:
            commands.find_application(target)
        assert one_line(caught.value).startswith(line)

    def test_a_broken_module_is_told_with_file_and_line(self) -> None:
        self.write("cli_line", "\n\n1 / 0")
        with pytest.raises(PybeamError, match=r"cli_line\.py, line 4\)"):
            commands.find_application("cli_line:A")


def test_a_log_line_has_time_level_and_text() -> None:
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "[cluster:%s] connected", ("c1",), None)
    record.msecs = 7
    assert LogLine().format(record).endswith(".007 [warning] [cluster:c1] connected")
    assert record.levelname == "WARNING"
