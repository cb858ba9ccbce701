"""What README.md tells contributors to type is there, and what CHANGELOG.md tells users is about this version."""

import re
import tomllib
from pathlib import Path

from lab import paths

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE))


def test_every_command_that_the_readme_names_is_a_recipe() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"run", "test", "fast", "fuzz", "format", "check", "bench"} <= named
    assert named <= _targets()


def test_every_recipe_is_told_by_make_help_and_none_is_taken_for_a_file() -> None:
    told = set(re.findall(r'@echo "make ([a-z]+) ', MAKEFILE))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)
    assert told == _targets() - {"help", "venv"}
    assert set(phony.split()) == _targets()


def test_every_path_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"(?<![\w./-])(?:lab|tests|resources|\.ci)/[\w./-]*\w/?", README))
    assert {"lab/core/", "resources/CHANGELOG.md"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_changelog_knows_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## (\d[\d.]*)$", paths.changelog().read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert versions[0] == project["version"]
    assert versions == sorted(versions, reverse=True)


def test_what_make_fast_leaves_out_is_there() -> None:
    tests = ROOT / "tests"
    (listed,) = re.findall(r"^_SLOW = \((.*?)^\)", (tests / "conftest.py").read_text("utf-8"), flags=re.M | re.S)
    begins = re.findall(r'"([^"]+)"', listed)
    assert begins
    assert [begin for begin in begins if not list(tests.glob(f"{begin.rstrip('/')}*"))] == []
