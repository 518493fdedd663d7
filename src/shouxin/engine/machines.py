"""All procedures of the law, ready to move cases."""

from shouxin.engine.clock import Clocks
from shouxin.engine.procedure import Machine
from shouxin.engine.readings import Readings
from shouxin.engine.rulebase import RuleBase
from shouxin.errors import InputError


class Machines:
    """Every procedure of the law, by name."""

    def __init__(self, rules: RuleBase, readings: Readings, clocks: Clocks) -> None:
        """Raise ``LawError`` as ``Machine``."""
        self.all = {
            item.procedure: Machine(item, rules, readings, clocks) for item in rules.register.books.procedures
        }

    def find(self, name: str) -> Machine:
        """Return a procedure by name; raise ``InputError`` (procedure-unknown)."""
        if name not in self.all:
            raise InputError(
                "procedure-unknown",
                f'there is no procedure "{name[:80]}"',
                remedy=f"the procedures are: {', '.join(self.all)}",
            )
        return self.all[name]
