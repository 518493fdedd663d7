"""What the organisation recorded of a service: the one place of this duty that asks for it."""

from typing import TYPE_CHECKING, Any

from shouxin.duties.posture.stored import StoredOrganisation
from shouxin.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Engine


def facts(engine: "Engine", service: str) -> dict[str, Any]:
    """Return the facts of the organisation and of one service; none where nothing is recorded."""
    try:
        organisation = StoredOrganisation(engine).organisation()
    except InputError as error:
        if error.code != "organisation-none":
            raise
        return {}
    own = next((one.facts for one in organisation.services if one.name == service), {})
    return {**organisation.facts, **own}
