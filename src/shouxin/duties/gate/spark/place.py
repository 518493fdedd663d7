"""Where an audit on Spark keeps the chunks that are decided, and how its output appears in one step.

The folder ``.NAME.spark`` beside the output holds, for one question about one state of the table, a file
for each chunk and one for its bad rows; ``--resume`` uses them again. The output is a folder of Parquet.
"""

import shutil
from pathlib import Path

from shouxin.duties.gate.audit_output import writing
from shouxin.errors import InputError

_DONE = "_SUCCESS"
"""The file that marks a folder of Parquet files as whole, as Spark itself writes it."""


class Place:
    """The work folder of one output; without ``resume`` what an earlier run left is taken away."""

    def __init__(self, out: Path, question: str, *, resume: bool) -> None:
        """Raise ``InputError`` (file-unwritable) where there is no place for it, or ``out`` is not ours."""
        self._out = out.absolute()
        self._folder = self._out.with_name(f".{out.name}.spark")
        self._parts = self._folder / question
        if out.is_dir() and not Path(out, _DONE).is_file():
            raise InputError(
                "file-unwritable",
                "this folder holds something else than an earlier audit",
                where=str(out),
                remedy="choose another place, or take the folder away",
            )
        with writing(out):
            for path in self._folder.glob("*"):
                if not resume or path != self._parts:
                    shutil.rmtree(path)
            self._parts.mkdir(parents=True, exist_ok=True)
            for path in self.refusals():
                path.unlink()

    def good(self, number: int) -> Path:
        """Return the file of a chunk's decided rows."""
        return self._parts / f"part-{number:06d}.parquet"

    def bad(self, number: int) -> Path:
        """Return the file of a chunk's bad rows, if it has any."""
        return self._parts / f"bad-{number:06d}.parquet"

    def summary(self, number: int) -> Path:
        """Return the file that says what a chunk became; it is there once the chunk is done."""
        return self._parts / f"done-{number:06d}.json"

    def refusal(self, number: int) -> Path:
        """Return the file that says why a chunk is refused, if it is."""
        return self._parts / f"refused-{number:06d}.json"

    def refusals(self) -> list[Path]:
        """Return what was refused so far."""
        return sorted(self._parts.glob("refused-*.json"))

    def publish(self) -> None:
        """Put the parts in the place of the output, and take the work folder away."""
        with writing(self._out):
            for path in self._parts.iterdir():
                if not path.name.startswith("part-"):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            Path(self._parts, _DONE).touch()
            if self._out.exists():
                self._out.replace(self._folder / "old")
            self._parts.replace(self._out)
            shutil.rmtree(self._folder)
