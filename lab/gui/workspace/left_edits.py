"""Whether a window has left edits that nobody saved, beside the run that it may have left too."""

from pathlib import Path

from lab.experiment.forms.problems import SpecError
from lab.experiment.spec import load_experiment


def are_edits_left(edits: Path, run: Path | None) -> bool:
    """Tell whether the file of unsaved edits holds some that are newer than the run and are not those of the run."""
    from lab.storage.errors import StorageError
    from lab.storage.tensor_file import read_experiment

    try:
        if run is not None and edits.stat().st_mtime_ns <= run.stat().st_mtime_ns:
            return False
        left = load_experiment(edits)
        return run is None or read_experiment(run, "run") != left
    except (OSError, SpecError):
        return False
    except StorageError:
        return True  # the run cannot be read, so the edits are what there is
