"""The import of a file: the read result, the choices about it and their effect; the data in use is not touched."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from lab.data.readers.formats import Format, ReadResult
from lab.data.recipe.proposal import Effects
from lab.data.table import Column, Table
from lab.experiment.datasets import DataFacts, asking_columns
from lab.experiment.forms.data_specs import ColumnSpec, DataSpec
from lab.experiment.forms.problems import SpecError
from lab.experiment.import_choices import with_target, with_use
from lab.gui.workers.import_thread import ImportRequest, ImportThread, Reading


class Importing(QObject):
    """Holds one import from the first byte to `accepted`; `changed` follows every edit and every answer."""

    changed = Signal()
    opened = Signal()
    closed = Signal()
    refused = Signal(str)
    accepted = Signal(object, object)  # DataSpec, DataFacts

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seed = 0
        """The seed of the split that is counted: of the draft's, until it is changed here."""
        self._thread = ImportThread(self)
        self._thread.progressed.connect(self._on_progressed)
        self._thread.file_read.connect(self._on_file_read)
        self._thread.reading_failed.connect(self._on_reading_failed)
        self._thread.described.connect(self._on_described)
        self._forget()

    def _forget(self) -> None:
        self.path: Path | None = None
        self.is_new = False
        """Whether the file's choices were proposed, and not those of the data in use."""
        self.begins_anew = False
        """Whether layers and training become the usual ones with the data; else they stay as they are."""
        self.reading = False
        """Whether the file is being read; meanwhile no choice can be changed but how it is read."""
        self.working = False
        """Whether facts and effects are still those of choices before the last."""
        self.progress = 0.0
        self.format: Format | None = None
        self.result: ReadResult | None = None
        self.data: DataSpec | None = None
        self.effects: Effects | None = None
        self.facts: DataFacts | None = None
        self.problem: str | None = None
        self._request: ImportRequest | None = None
        self._before: tuple[DataSpec, ReadResult] | None = None
        self._proposed: DataSpec | None = None
        self._kept: tuple[DataSpec, DataSpec] | None = None
        """Choices from before the layout was changed, and the proposal that they were made over."""

    # from the beginning to the end

    def open(self, path: Path, data: DataSpec | None = None, seed: int | None = None) -> None:
        """Start to read a file or folder; with `data` its choices are edited, else they are proposed."""
        self._thread.cancel()
        self._forget()
        self.path = path.absolute()
        self.is_new = data is None
        self.seed = self.seed if seed is None else seed
        self.data = data if data is not None else DataSpec(path=str(self.path))
        self._ask(new=data is None, reading=True)
        self.opened.emit()

    def retry(self) -> None:
        """Read again what could not be read."""
        if self._request is not None and self.path is not None and not self.reading:
            self._ask(new=self._request.new, reading=True)

    def cancel(self) -> None:
        """Give up reading: go back to what was found before, or close where nothing was."""
        if self._before is None:
            self.close()
            return
        self.data, self.result = self._before
        self._ask(new=False, reading=False)

    def close(self) -> None:
        """Drop the import."""
        self._thread.cancel()
        was_open = self.path is not None
        self._forget()
        if was_open:
            self.closed.emit()

    def use(self) -> None:
        """Hand the data over and close; nothing happens while `obstacle` has something to say."""
        if self.data is not None and self.obstacle() is None:
            self.accepted.emit(self._with_readings(self.data), self.facts)
            self.close()

    def asking(self) -> list[Column]:
        """Return the columns in use that could be read in another way."""
        if not isinstance(self.result, Table) or self.data is None:
            return []
        return asking_columns(self.result, self.data)

    def _with_readings(self, data: DataSpec) -> DataSpec:
        """Return the data with the readings that were seen and left as they are: now they are chosen."""
        asked = {each.name: data.columns.get(each.name, ColumnSpec()) for each in self.asking()}
        readings = {each.name: each.reading for each in self.asking()}
        chosen = {name: spec.model_copy(update={"reading": readings[name]}) for name, spec in asked.items()}
        return data.changed(columns={**data.columns, **chosen}) if chosen else data

    def end(self) -> None:
        """Stop the thread."""
        self._thread.end()

    @property
    def can_go_back(self) -> bool:
        """Whether there is something to go back to where reading in another way is given up."""
        return self._before is not None

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder of images, whose size and colour can be chosen."""
        return self.format is not None and self.format.has_size

    def obstacle(self) -> str | None:
        """Return why the data cannot be used yet, or None."""
        if self.path is None or self.reading:
            return "The file is still being read."
        if self.problem is not None:
            return self.problem
        return "The rows are being counted." if self.working or self.facts is None else None

    # choices

    def set_begins_anew(self, anew: bool) -> None:
        """Begin with the usual layers and training, or keep those of the draft."""
        if anew != self.begins_anew:
            self.begins_anew = anew
            self.changed.emit()

    def set_target(self, name: str) -> None:
        """Learn another column; the one before becomes an input, and the task what suits the new one."""
        if self.data is not None and self.result is not None:
            self._take(with_target(self.result, self.data, name))

    def set_task(self, task: str) -> None:
        """Learn classes or numbers."""
        self._edit({"task": task})

    def set_column(self, name: str, **fields: Any) -> None:
        """Change fields of what becomes of one column."""
        self.set_all([name], fields)

    def set_all(self, names: Iterable[str], fields: dict[str, Any]) -> None:
        """Change fields of what becomes of several columns; with another `use` the choice for gaps follows suit."""
        if self.data is None or not isinstance(self.result, Table):
            return
        by_name = {column.name: column for column in self.result.columns}
        columns = dict(self.data.columns)
        for name in names:
            spec = columns.get(name, ColumnSpec())
            if "use" in fields:
                spec = with_use(by_name[name], spec, fields["use"])
            columns[name] = spec.model_copy(update=fields)  # checked with the data as a whole
        self._edit({"columns": columns})

    def set_scaling(self, scaling: str, of_target: bool = False) -> None:
        """Scale the inputs, or the target of a regression, in another way."""
        self._edit({"target_scaling" if of_target else "scaling": scaling})

    def set_split(self, shares: tuple[float, float, float]) -> None:
        """Share the rows out in another way; the shares of train, validation and test sum to 1."""
        self._edit({"split": shares})

    def set_stratified(self, stratified: bool) -> None:
        """Give each class its share of every part, or leave that to chance."""
        self._edit({"stratified": stratified})

    def set_seed(self, seed: int) -> None:
        """Deal the rows in another way."""
        if seed != self.seed:
            self.seed = seed
            if self.result is not None and not self.reading:
                self._ask(new=False, reading=False)

    def set_reading(self, name: str, reading: str) -> None:
        """Read the texts of a column in another way, a name of lab.data.cell_readings.READINGS."""
        if self.data is not None:
            spec = self.data.columns.get(name, ColumnSpec()).model_copy(update={"reading": reading})
            self._read_again({"columns": {**self.data.columns, name: spec}}, new=False)

    def set_sheet(self, sheet: str) -> None:
        """Read another sheet; its choices are proposed anew."""
        self._kept = None
        self._read_again({"sheet": sheet, "target": None, "columns": {}}, new=True)

    def set_layout(self, field: str, value: object) -> None:
        """Read a text file with another layout, a field of LayoutSpec.

        Its choices are proposed anew; those that were made stay where a column of that name can still have them.
        """
        if self.data is not None:
            layout = self.data.layout.model_dump() | {field: value}
            if layout != self.data.layout.model_dump():
                if self._proposed is not None and not self.reading:
                    self._kept = self.data, self._proposed
                self._read_again({"layout": layout, "target": None, "columns": {}}, new=True)

    def set_image_size(self, size: tuple[int, int] | None, colour: bool) -> None:
        """Read the images in another size, (height, width) or None for that of the first, in grey or in colour."""
        self._read_again({"image_size": size, "colour": colour}, new=False)

    def _edit(self, fields: dict[str, Any]) -> None:
        if (data := self._changed(fields)) is not None:
            self._take(data)

    def _changed(self, fields: dict[str, Any]) -> DataSpec | None:
        """Return the data with other fields, None where a value is not valid, which is told."""
        try:
            return None if self.data is None else self.data.changed(**fields)
        except SpecError as error:
            self.refused.emit(str(error))
            self.changed.emit()  # the fields go back to what holds
            return None

    def _take(self, data: DataSpec) -> None:
        """Go on with other choices; while the file is read there are none."""
        if self.result is not None and not self.reading and data != self.data:
            self.data = data
            self._ask(new=False, reading=False)

    def _read_again(self, fields: dict[str, Any], new: bool) -> None:
        data = self._changed(fields)
        if self.path is None or self.data is None or data is None or data == self.data:
            return
        if self.result is not None and not self.reading:
            self._before = self.data, self.result
        self.data = data
        self._ask(new=new, reading=True)

    def _ask(self, new: bool, reading: bool) -> None:
        assert self.data is not None
        if not self._thread.isRunning():
            self._thread.start()
        self.reading, self.working, self.progress = reading, True, 0.0
        if reading:
            self.problem = None
        self._request = self._thread.ask(self.data, self.seed, new, self._kept if new else None)
        self.changed.emit()

    # what comes from the thread

    @Slot(object, float)
    def _on_progressed(self, request: ImportRequest, share: float) -> None:
        if request is self._request and self.reading:
            self.progress = share
            self.changed.emit()

    @Slot(object, object)
    def _on_file_read(self, request: ImportRequest, read: Reading) -> None:
        if request is self._request:
            self.reading, self._before = False, None
            self.format, self.result, self.data = read.format, read.result, read.data
            self._proposed, self._kept = read.proposed or self._proposed, None
            self.changed.emit()

    @Slot(object, str)
    def _on_reading_failed(self, request: ImportRequest, sentence: str) -> None:
        if request is self._request:
            self.reading = self.working = False
            self.result, self.effects, self.facts = None, None, None
            self.problem = sentence
            self.changed.emit()

    @Slot(object, object, object, object)
    def _on_described(
        self, request: ImportRequest, effects: Effects | None, facts: DataFacts | None, problem: str | None
    ) -> None:
        if request is self._request:
            self.working = False
            self.effects, self.facts, self.problem = effects, facts, problem
            self.changed.emit()
