"""The scripts of exports, written into a folder and imported from there as their user does."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from lab.export.export import Files
from lab.paths import write_together


@contextmanager
def imported(files: Files, script: Path) -> Iterator[ModuleType]:
    """Write the files and give the module of the script; it finds what lies beside it."""
    write_together(files)
    before, writes_none = set(sys.modules), sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # bytecode of a script of the same second and length would be taken for this one's
    sys.path.insert(0, str(script.parent))
    try:
        spec = importlib.util.spec_from_file_location(script.stem, script)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.dont_write_bytecode = writes_none
        sys.path.remove(str(script.parent))
        for name in set(sys.modules) - before:
            if name.endswith("_rows"):
                del sys.modules[name]
