"""The command that compares: `python -m tests.scenarios`."""

from __future__ import annotations

import pytest

from tests.scenarios import beam
from tests.scenarios.__main__ import main
from tests.scenarios.catalogue import Scenario
from tests.scenarios.stage import SimStage


def test_against_the_recordings_it_says_how_many_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--here", "links/"]) == 0
    assert "0 wrong here" in capsys.readouterr().out


def test_a_trace_that_differs_is_shown_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SimStage, "perform", lambda self, scenario: ["something else"])
    assert main(["--here", "links/link_to_itself"]) == 1
    assert "+ something else" in capsys.readouterr().out


def test_a_bug_that_is_gone_fails_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scenario, "bug", "it never worked")
    assert main(["--here", "links/link_to_itself"]) == 1
    assert "works, though it says that it does not" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(["--here", "no_such_area"], "no scenario begins with 'no_such_area'"), (["links"], "apt-get install elixir")],
)
def test_what_cannot_be_done_is_one_clear_line(
    arguments: list[str],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beam, "which", lambda program: None)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err
