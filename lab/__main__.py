"""The command `delta-lab`, also as `python -m lab`."""

import gc
import sys


def main() -> int:
    """Run the command line with this process's arguments; return the exit code."""
    gc.disable()  # loading makes hardly any garbage, and looking for it takes a tenth of the start
    from lab import cli

    gc.enable()
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
