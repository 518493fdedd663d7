"""The command root: ``shouxin``. Groups are imported only when they are called."""

import errno
import importlib
import os
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

import shouxin
from shouxin.app import interpreter, logs
from shouxin.errors import ShouxinError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.app.settings import Settings
    from shouxin.duties.inspection.expiry import EndedPacks
    from shouxin.duties.mailing import WaysOut
    from shouxin.store import StoreConfig
    from shouxin.store.keyring import KeyChoice

COMMANDS = {
    "approve": (
        "shouxin.duties.access.cli_approve:approve",
        "Four eyes: bulk exports, copies and destructions.",
    ),
    "assess": ("shouxin.duties.assessment.cli:assess", "Impact assessments: who needs one, four eyes."),
    "audit": ("shouxin.duties.gate.cli_audit:audit", "Decide a table of acts row by row."),
    "calculate": (
        "shouxin.duties.calculate.cli:calculate",
        "Thresholds and sanction ranges, in exact numbers.",
    ),
    "calendar": ("shouxin.app.calendar_commands:calendar", "Working days, holidays and make-up days."),
    "case": ("shouxin.duties.cases.cli:case", "Open cases, take their steps, see what comes next."),
    "centre": ("shouxin.duties.centre.cli:centre", "The public privacy centre: keys that sign people in."),
    "complaint": ("shouxin.duties.complaint.cli:complaint", "Complaints: what is due, and its answers."),
    "consent": ("shouxin.duties.consent.cli:consent", "What people agreed to: keep, show, prove, exchange."),
    "content": ("shouxin.duties.content.cli:content", "Requests to take content down, decided by people."),
    "deadlines": ("shouxin.duties.cases.cli_deadlines:deadlines", "What is due when, and what is late."),
    "decide": ("shouxin.duties.gate.cli:decide", "Say whether an act may be done, and by which articles."),
    "delivery": ("shouxin.duties.delivery.cli:delivery", "Whether messages have reached their targets."),
    "detect": ("shouxin.duties.shield.cli_detect:detect", "Find personal information in files and folders."),
    "due": ("shouxin.duties.due.cli:due", "When a clock of the law runs out."),
    "entrusted": (
        "shouxin.duties.entrusted.cli:entrusted",
        "Requests that controllers hand over to us (OpenDSR).",
    ),
    "evidence": ("shouxin.duties.posture.cli:evidence", "Keep what shows that controls are met."),
    "guard": ("shouxin.duties.guard.cli:guard", "Hold queries in a service's database to what people allow."),
    "incident": ("shouxin.duties.incident.cli:incident", "Leaks and losses: record, weigh, tell people."),
    "inspect": (
        "shouxin.duties.inspection.cli:inspect",
        "Evidence packs: for an inspection, the self-check, the report.",
    ),
    "inventory": (
        "shouxin.duties.inventory.cli:inventory",
        "What the organisation holds and does, in versions.",
    ),
    "key": ("shouxin.duties.access.cli_keys:key", "Let applications in: keys with scopes and an end."),
    "keys": ("shouxin.duties.shield.cli_keys:keys", "Keep the keys that protect personal information."),
    "law": ("shouxin.app.law_commands:law", "Read, search, import, compare and export the law."),
    "ledger": ("shouxin.duties.ledger.cli:ledger", "What was done: show, verify, sign and prove it."),
    "notice": ("shouxin.duties.notice.cli:notice", "What people are told: check, publish, compare."),
    "operator": ("shouxin.duties.access.cli:operator", "Let people in: accounts, roles, new passwords."),
    "organisation": ("shouxin.duties.posture.cli:organisation", "Keep the organisation's record."),
    "posture": ("shouxin.duties.posture.cli:posture", "Where the organisation stands, control by control."),
    "procedure": (
        "shouxin.duties.cases.cli_procedures:procedure",
        "The procedures of the law: states, steps, diagrams.",
    ),
    "protect": (
        "shouxin.duties.shield.cli:protect",
        "Mask, encrypt or replace personal information in files and databases.",
    ),
    "request": (
        "shouxin.duties.rights.cli:request",
        "What people ask for under their rights: verify, plan, run, prove.",
    ),
    "retention": (
        "shouxin.app.retention_commands:retention",
        "How long records must be kept; what is past it goes.",
    ),
    "risk": (
        "shouxin.duties.shield.cli_risk:risk",
        "What risk of re-identification is left in a table.",
    ),
    "search": ("shouxin.app.search_command:search", "Search everything: law, inventory, cases, ledger."),
    "serve": ("shouxin.app.serve:serve", "Start the whole system on http://127.0.0.1:8720."),
    "settings": (
        "shouxin.app.show_settings:settings",
        "Show every setting, its value and where it comes from.",
    ),
    "widget": (
        "shouxin.duties.widget.cli:widget",
        "Ask for consent on a service's own pages: the line to put there.",
    ),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and one line, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


class Terminal:
    """The place a command works in: the settings, read when first asked for."""

    @cached_property
    def settings(self) -> "Settings":
        """Return the settings; raise ``InputError`` where they are wrong."""
        from shouxin.app import settings

        return settings.load()[0]

    @property
    def language(self) -> str:
        """Return the language of what is shown: the setting, else the locale's, else English."""
        if self.settings.language:
            return self.settings.language
        locale = next(
            (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
        )
        return locale[:2] if locale[:2] in ("zh", "es") else "en"

    @property
    def data(self) -> Path:
        """Return the folder of the data."""
        return Path(self.settings.data)

    @property
    def readings(self) -> dict[str, str]:
        """Return the answers that the organisation chose to open questions of the law."""
        return self.settings.readings

    @property
    def own_times(self) -> Mapping[str, str]:
        """Return the organisation's lengths for clocks without a figure, by citation."""
        return self.settings.own_times

    @property
    def stores(self) -> Mapping[str, str]:
        """Return where the stores of the dataset maps are, by the names of the maps."""
        from shouxin.demo.place import stores

        return stores(self.data) | self.settings.stores

    @property
    def matters_kept(self) -> int:
        """Return how many months the letters of ended matters are kept; 0 for good."""
        return self.settings.matters_kept

    @property
    def packs_kept(self) -> int:
        """Return how many months packs of evidence are kept; 0 for good."""
        return self.settings.packs_kept

    def own_stores(self, engine: "Engine") -> "tuple[EndedPacks, ...]":
        """Return what of the store itself, beside letters, retention runs go through."""
        from shouxin.duties.inspection.place import packs_over

        return packs_over(engine, self.settings.packs_kept)

    @property
    def ways(self) -> "WaysOut":
        """Return how messages to people leave."""
        from shouxin.app.settings import ways

        return ways(self.settings)

    @property
    def store_config(self) -> "StoreConfig":
        """Return which store to use."""
        from shouxin.app.settings import store_config

        return store_config(self.settings)

    @property
    def keys(self) -> "KeyChoice":
        """Return where the key-encryption keys of the store are."""
        from shouxin.app.settings import key_choice

        return key_choice(self.settings)

    def called(self, word: str, *groups: str, language: str) -> str:
        """Return what the pages call a closed word, by the first group of labels that has it, or itself."""
        from shouxin.app.catalogue import catalogue

        labels = catalogue(language).labels
        return next((labels[group][word] for group in groups if word in labels[group]), word)


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # a full disk, a full account, a file that is too large
_HELP = """Personal-information protection for network services under Chinese law.

\b
Example:
  shouxin law show pipl:art_29
"""


@click.group(cls=LazyGroup, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(shouxin.__version__, prog_name="shouxin", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context) -> None:
    """Give every command its workplace."""
    ctx.obj = Terminal()


def _close_output() -> None:
    """Let what is still to be written go nowhere, so that ending does not fail as well."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(error: Exception) -> int:
    """Say what went wrong, and return what to end with."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        _close_output()
        remedy = "make room, or write to another place"
        error = StoreError("no-room", "there is no room left to write", remedy=remedy)
    if isinstance(error, ShouxinError):
        click.echo(f"shouxin: {error} [{error.code}]", err=True)
        return error.exit_code
    if os.environ.get("SHOUXIN_DEBUG"):
        raise error
    click.echo(
        f"shouxin: this is a defect of shouxin ({type(error).__name__}); "
        "run it again with SHOUXIN_DEBUG=1 and report what it shows [internal]",
        err=True,
    )
    return 70


def main() -> NoReturn:
    """Run the command line; end with 0 done, 1 the answer is no, 2 bad input, 130 interrupted."""
    logs.install()
    interpreter.prepare()
    try:
        ended = root.main(standalone_mode=False)
        code = ended if isinstance(ended, int) else 0
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nshouxin: stopped", err=True)
        code = 130
    except BrokenPipeError:
        _close_output()
        code = 141
    except Exception as error:
        code = _failed(error)
    sys.exit(code)
