"""Which answers to the open questions of the text are in effect, and what stands under them."""

from collections.abc import Mapping

from shouxin.errors import LawError
from shouxin.law.register import Register


class Readings:
    """The answer chosen to every reading: the register's own, or the organisation's where it chose one."""

    def __init__(self, register: Register, chosen: Mapping[str, str] | None = None) -> None:
        """Raise ``InputError`` (reading-unknown, reading-answer) for a choice that there is not."""
        self.options = {
            f"{item.instrument}:{reading.id}": {option.id for option in reading.alternatives}
            for item, reading in register.readings()
        }
        self.answers = register.answers(chosen)

    def stand(self, home: str, readings: Mapping[str, str], where: str) -> bool:
        """Tell whether what depends on ``readings`` stands; raise ``LawError`` (rule-reading) for others."""
        for name, answer in readings.items():
            full = full_name(name, home)
            if answer not in self.options.get(full, ()):
                raise LawError(
                    "rule-reading",
                    f'there is no reading "{full}" with the answer "{answer}"',
                    where=where,
                    remedy="mend the name, or add the answer to the reading",
                )
            if self.answers[full] != answer:
                return False
        return True


def full_name(name: str, home: str) -> str:
    """Return the name of a reading across instruments; one without an instrument is of ``home``."""
    return name if ":" in name else f"{home}:{name}"
