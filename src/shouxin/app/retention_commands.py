"""``shouxin retention``: how long the law has records kept, and the runs that end it for what is over."""

import click

from shouxin.duties.due.cli import retention as times
from shouxin.duties.retention.cli import approve, find, list_, run, show


class _WithTimes(click.Group):
    """A group that answers as its command ``times`` where none of its commands is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name the command that is meant."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["times", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_WithTimes)
def retention() -> None:
    """Show how long each kind of record must be kept; find what is past it, approve and carry out.

    Without one of the commands it is `times`.

    \b
    Example:
      shouxin retention user_log --made 2025-06-03
    """


for command, name in ((times, "times"), *((one, None) for one in (find, list_, show, approve, run))):
    retention.add_command(command, name)

__all__ = ["retention"]
