"""Content requests as other duties and the shell reach them: a desk for their kind."""

from typing import TYPE_CHECKING

from shouxin.duties.content.model import KIND
from shouxin.duties.desk.service import Desk

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shouxin.duties.cases.service import Cases
    from shouxin.store.people import People


def desk(cases: "Cases", engine: "Engine", people: "People") -> Desk:
    """Return the desk that takes them in and answers them."""
    return Desk(KIND, cases, engine, people)
