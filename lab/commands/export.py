"""`delta-lab export`: a model file or a saved run in another format, with the files that go beside it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from lab.commands.console import FINE, WrongInput, print_result, tell
from lab.commands.places import check_place, write_to
from lab.export.exports import EXPORTS


def export_file(options: argparse.Namespace) -> int:
    """Write `options.file` as `options.to` to `options.out`; return the exit code."""
    export = EXPORTS[options.to]
    if options.out.suffix.lower() != export.ending:
        raise WrongInput(f"--out {options.out}: its name must end in {export.ending}")
    check_place("--out", options.out, options.file)
    from lab.export.capture import load_capture
    from lab.export.write_export import write_export

    capture = load_capture(options.file)

    def write(path: Path) -> None:
        written = write_export(export, capture, path)
        if written.beside:
            tell(f"{path.name} was written with {written.beside}")
        for note in written.notes:
            tell(note)

    write_to("--out", options.out, write)
    return FINE


class ListFormats(argparse.Action):
    """Prints the formats with their endings and what each is for, and exits."""

    def __call__(self, parser: argparse.ArgumentParser, *_more: object) -> NoReturn:
        for export in EXPORTS.values():
            needs = " (of a run, not of a model)" if export.needs_run else ""
            print_result(f"{export.name:12} {export.ending:14} {export.help}{needs}")
        parser.exit()
