"""``shouxin calendar``: the commands of the calendar; a notice that is loaded moves what was provisional."""

from typing import Any

import click

from shouxin.duties.cases.place import open_cases
from shouxin.duties.command import say, workplace
from shouxin.duties.due.cli import calendar
from shouxin.store import store_exists


@calendar.result_callback()
def plan_again(answer: object, **_options: Any) -> object:
    """Count provisional deadlines again after a notice was kept, where there is a store."""
    context = click.get_current_context()
    if context.invoked_subcommand == "load" and answer is True and store_exists(workplace().store_config):
        with open_cases() as cases:
            moved = cases.plan_again()
        for item in moved:
            say(f"case {item.case}: {item.provision} {item.before} → {item.due}")
        say(f"{len(moved)} provisional deadlines were counted again")
    return None


__all__ = ["calendar"]
