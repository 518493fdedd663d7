"""``shouxin widget``: what a service puts on its pages."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from shouxin.duties.command import json_option, language_option, opened_store, put_json, say, workplace
from shouxin.duties.widget.service import Widgets, snippet


@click.group()
def widget() -> None:
    """Ask for consent on a service's own pages, before anything is collected.

    \b
    Example:
      shouxin widget print shop --server https://privacy.example
    """


@widget.command("print")
@click.argument("service")
@click.option(
    "--server", default="http://127.0.0.1:8720", show_default=True, help="Where Shouxin is reached."
)
@click.option("--template", is_flag=True, help="Print the HTML for pages without script instead.")
@click.option("--action", default="/privacy/choices", show_default=True, help="Where that HTML is sent.")
@language_option
@json_option
def print_(service: str, server: str, template: bool, action: str, language: str, as_json: bool) -> None:
    """Print the line that puts the widget on a page, with the hash of the script that is in force.

    A new version of the notice is a new script with a new hash: print it again when one is published. The
    line without a hash always leads to the script in force.

    \b
    Example:
      shouxin widget print shop --template --lang en
    """
    with _opened() as widgets:
        if template:
            click.echo(widgets.fragment(service, language, action), nl=False)
            return
        about = widgets.script(service).about
    server = server.rstrip("/")
    if as_json:
        put_json(about)
        return
    click.echo(snippet(about, server, pinned=True))
    say(f"{about.packed:,} bytes packed; policy: script-src '{about.integrity}'; connect-src {server}")
    say(f"always the newest, without a hash: {snippet(about, server, pinned=False)}")


@contextmanager
def _opened() -> Iterator[Widgets]:
    """Open the widgets of the store of the current command."""
    from shouxin.duties.centre.place import keys_of
    from shouxin.duties.consent.service import Consents
    from shouxin.duties.gate.service import Decider
    from shouxin.duties.notice.service import Notices
    from shouxin.law.register import register
    from shouxin.store.keyring import open_wrapper
    from shouxin.store.people import People

    law = register()
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, workplace().keys)
        notices = Notices(Decider(law, workplace().readings), law.version, store.engine)
        keys = keys_of(store.engine, wrapper)
        yield Widgets(notices, Consents(store.engine, People(wrapper)), store.engine, keys)
