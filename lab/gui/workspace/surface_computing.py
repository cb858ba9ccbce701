"""The loss surface as the window works on it: the copy of the network, the job beside training, the race on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from lab.gui.workers.job_thread import Job
from lab.gui.workspace.jobs import Jobs, LongJob
from lab.gui.workspace.run import Run

if TYPE_CHECKING:
    from lab.experiment.surface.loss_surface import Surface, SurfaceChoice, SurfaceMaterial
    from lab.experiment.surface.race import RacePath


class SurfaceComputing(LongJob):
    """Computes one surface, and races optimizers on the one that it has."""

    title = "Loss surface"

    def __init__(self, run: Run, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(jobs, parent)
        run.started.connect(self._on_run_started)
        self._material: SurfaceMaterial | None = None
        self.surface: Surface | None = None
        self.races: list[RacePath] = []

    def compute(self, choice: SurfaceChoice) -> None:
        """Compute the surface of the run as it is now."""
        from lab.experiment.surface.loss_surface import take_material  # with the session, at the first surface

        self._under_way(self._jobs.begin(take_material, partial(_surface_job, choice)))

    def race(self, start: tuple[float, float]) -> None:
        """Race optimizers over the surface from a point of it, α and β."""
        if self._material is not None and self.surface is not None:
            self._under_way(self._jobs.begin_at_once(_race_job(self._material, self.surface, start)))

    def take_result(self, result: Any) -> None:
        """Take a surface with what it was made from, the paths of a race, or why there is no such surface."""
        if isinstance(result, str):
            self.failed.emit(f"{self.title}: {result}.")
        elif isinstance(result, list):
            self.races = result
        else:
            self._material, self.surface = result
            self.races = []

    @Slot()
    def _on_run_started(self) -> None:
        """Forget the surface of another run."""
        self.cancel()
        self._material, self.surface, self.races = None, None, []
        self.changed.emit()


def _surface_job(choice: SurfaceChoice, material: SurfaceMaterial) -> Job:
    from lab.experiment.surface.loss_surface import compute_surface

    def job(goes_on: Any) -> Any:
        try:
            surface = compute_surface(material, choice, goes_on)
        except ValueError as refusal:  # no such cell, no plane: a sentence for the user
            return str(refusal)
        return None if surface is None else (material, surface)

    return job


def _race_job(material: SurfaceMaterial, surface: Surface, start: tuple[float, float]) -> Job:
    from lab.experiment.surface.race import race

    return lambda goes_on: race(material, surface.plane, start, goes_on=goes_on)
