"""The command's first lines, before anything of the program is loaded."""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

import pytest

import lab
from lab.__main__ import main


class _Interrupted(MetaPathFinder):
    """Ends the loading of the command line as Ctrl-C does."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        if fullname == "lab.cli":
            raise KeyboardInterrupt
        return None


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C come while the command line is loaded."""
    monkeypatch.delitem(sys.modules, "lab.cli", raising=False)
    monkeypatch.delattr(lab, "cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_Interrupted(), *sys.meta_path])


@pytest.mark.usefixtures("interrupted")
def test_an_interrupt_while_the_program_loads_is_a_line_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 130
    assert capsys.readouterr() == ("", "delta-lab: interrupted\n")
