"""File dialogs open where the last one of the same purpose was left."""

from pathlib import Path

from lab.gui.workspace.dialog_folders import DialogFolders


def test_each_purpose_has_a_folder_of_its_own(tmp_path: Path) -> None:
    data, export = tmp_path / "data", tmp_path / "export"
    data.mkdir()
    export.mkdir()
    folders = DialogFolders()
    folders.remember("data", data)
    folders.remember("export", export)
    again = DialogFolders()
    assert (again.of("data"), again.of("export"), again.of("runs")) == (data, export, Path.home())


def test_a_folder_that_is_gone_is_not_offered(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    folders = DialogFolders()
    folders.remember("data", folder)
    folder.rmdir()
    assert folders.of("data") == Path.home()
