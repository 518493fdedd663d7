"""``shouxin law``: the law library's commands, and those of the gate that speak about its words."""

from shouxin.duties.gate.cli import VOCABULARY_COMMANDS
from shouxin.duties.library.cli import law

for command in VOCABULARY_COMMANDS:
    law.add_command(command)

__all__ = ["law"]
