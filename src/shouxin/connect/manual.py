"""A store that only people can reach: paper, a supplier's telephone, a machine without a door."""

from datetime import date

from shouxin.connect.person import Person
from shouxin.connect.remote import Progress, Remote
from shouxin.connect.survey import Problem, Survey


class ManualStore(Remote):
    """A store that answers when somebody has looked."""

    def survey(self, person: Person, as_of: date) -> Survey:  # noqa: ARG002
        """Return that nobody knows yet what is there."""
        assert self.map.manual is not None
        warning = Problem(
            code="service-by-hand",
            where=self.name,
            what=f"what is there is looked up and done by hand: {self.map.manual.desk}",
            remedy="the request is not finished before they say what was done",
        )
        return Survey(store=self.name, warnings=(warning,), remainders=self.map.remainders)

    def begin(self, person: Person, as_of: date, key: str) -> Progress:  # noqa: ARG002
        """Leave it to the people; their answer comes of itself."""
        return Progress(False, asks=False)

    def ask(self, person: Person, as_of: date, reference: str) -> Progress:  # noqa: ARG002
        """Know no more than before."""
        return Progress(False, asks=False)
