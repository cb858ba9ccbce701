"""The command `delta-lab`, also as `python -m lab`."""

import gc
import sys

_INTERRUPTED = 130


def main() -> int:
    """Run the command line with this process's arguments; return the exit code."""
    if getattr(sys, "frozen", False):
        _do_as_a_process_of_its_own()
    gc.disable()  # loading makes hardly any garbage, and looking for it takes a tenth of the start
    try:
        from lab import cli
    except KeyboardInterrupt:  # from then on the command line tells of it itself
        print("delta-lab: interrupted", file=sys.stderr)
        return _INTERRUPTED
    finally:
        gc.enable()
    return cli.main()


def _do_as_a_process_of_its_own() -> None:
    """Do what this process was started for by another one of a program without Python beside it, and end there."""
    from multiprocessing import freeze_support
    from runpy import run_module

    from lab.system import RUN_MODULE

    freeze_support()
    if sys.argv[1:2] == [RUN_MODULE] and len(sys.argv) > 2:
        module = sys.argv[2]
        sys.argv[1:3] = []
        run_module(module, run_name="__main__")
        sys.exit()


if __name__ == "__main__":
    sys.exit(main())
