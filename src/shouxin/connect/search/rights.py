"""What the account of a cluster may do: what it lacks, and what it has too much of."""

from collections.abc import Iterator

from shouxin.connect.model import DatasetMap
from shouxin.connect.search.cluster import Cluster
from shouxin.connect.survey import Problem
from shouxin.errors import StoreError

_READ = ("read", "view_index_metadata", "maintenance")
_WRITE = ("index", "delete")
_OVERMUCH = ("delete_index", "manage")


def granted(cluster: Cluster, found: DatasetMap) -> Iterator[Problem]:
    """Yield each right that is missing for the indexes of the map, and those nobody needs for it."""
    if cluster.plain:
        yield Problem(
            code="connect-plain",
            where="",
            what="the way to the cluster is not encrypted",
            remedy="write the address with https",
        )
    needed = {table.table: (*_READ, *(_WRITE if table.personal else ())) for table in found.tables}
    asked = [{"names": [name], "privileges": [*some, *_OVERMUCH]} for name, some in needed.items()]
    body = {"cluster": ["manage", "manage_security"], "index": asked}
    try:
        said = cluster.ask("POST", "/_security/user/_has_privileges", body)
    except StoreError as error:
        if error.code != "connect-refused":
            raise
        said = None
    if said is None:
        yield Problem(
            code="right-unknown",
            where="",
            what="the cluster cannot be asked what the account may do",
            remedy="see to it that it may read, refresh, index and delete in these indexes, and no more",
        )
        return
    for name, rights in needed.items():
        held = said["index"].get(name, {})
        for right in rights:
            if not held.get(right):
                yield Problem(
                    code="right-missing",
                    where=name,
                    what=f"the account may not {right}",
                    remedy=f"give it a role with the privilege {right} on the index",
                )
    wide = any(said["cluster"].values())
    if wide or any(held.get(one) for held in said["index"].values() for one in _OVERMUCH):
        what = "it may manage the cluster" if wide else "it may manage or delete indexes"
        yield Problem(
            code="right-too-many",
            where="",
            what=f"the account can do more than it needs: {what}",
            remedy="give the store a role of its own that may read, refresh, index and delete there only",
        )
