"""The demo in the shell: settings that keep it away from everything real, its place, the ways in."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from shouxin.app.settings import Settings
from shouxin.demo import place
from shouxin.demo.site import SERVICE

if TYPE_CHECKING:
    from shouxin.duties.access.service import Access
    from shouxin.store.config import Progress


def settings(chosen: Settings) -> Settings:
    """Return settings with a folder, a database and keys of the demo's own, and no way in from outside."""
    return Settings(
        host=chosen.host,
        port=chosen.port,
        workers=chosen.workers,
        host_names=chosen.host_names,
        language=chosen.language,
        postgres_bin=chosen.postgres_bin,
        session_idle=chosen.session_idle,
        session_length=chosen.session_length,
        data=str(Path(chosen.data) / place.NAME),
        centre_subjects={SERVICE: "customer_id"},
    )


def prepare(chosen: Settings, today: date, say: "Progress", *, fresh: bool) -> place.Mark:
    """Return the mark of the demo's folder; errors as ``place.prepare``."""
    return place.prepare(Path(chosen.data).absolute(), today, say, fresh=fresh)


def doors(access: "Access", address: str) -> str:
    """Return a line for each account: the role, and a link that signs in once."""
    from shouxin.demo.worked import OPERATORS

    known = {one.name: one.id for one in access.operators.all() if not one.disabled}
    lines = [
        f"  {role:<16} {address}/sign-in/once/{access.links.make(known[role])}"
        for role in OPERATORS
        if role in known
    ]
    return "\n".join(["to sign in, each link once:", *lines])
