"""Which answers to the open questions of the text are in effect, and what stands under them."""

from collections.abc import Mapping

from shouxin.errors import LawError
from shouxin.law.register import Register


class Readings:
    """The answer chosen to every reading: the register's own, or the organisation's where it chose one."""

    def __init__(self, register: Register, chosen: Mapping[str, str] | None = None) -> None:
        """Raise ``LawError`` (reading-unknown) for a reading or an answer that does not exist."""
        self._options = {
            f"{item.instrument}:{reading.id}": {option.id for option in reading.alternatives}
            for item, reading in register.readings()
        }
        self.answers = {
            f"{item.instrument}:{reading.id}": reading.chosen for item, reading in register.readings()
        }
        for name, answer in (chosen or {}).items():
            if answer not in self._options.get(name, ()):
                raise LawError(
                    "reading-unknown",
                    f'the reading "{name}" has no answer "{answer}"',
                    remedy="`shouxin law readings` lists the readings and their answers",
                )
            self.answers[name] = answer

    def stand(self, home: str, readings: Mapping[str, str], where: str) -> bool:
        """Tell whether what depends on ``readings`` stands; raise ``LawError`` (rule-reading) for others."""
        for name, answer in readings.items():
            full = name if ":" in name else f"{home}:{name}"
            if answer not in self._options.get(full, ()):
                raise LawError(
                    "rule-reading",
                    f'there is no reading "{full}" with the answer "{answer}"',
                    where=where,
                    remedy="mend the name, or add the answer to the reading",
                )
            if self.answers[full] != answer:
                return False
        return True
