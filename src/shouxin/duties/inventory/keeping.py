"""How long the law has what the stores of an organisation hold kept, whichever of its services it is for."""

from collections.abc import Mapping
from datetime import date

from shouxin.duties.inventory import facts
from shouxin.duties.inventory.model import Organisation
from shouxin.duties.keeping import Keeping
from shouxin.engine.clock import Clocks
from shouxin.engine.readings import Readings
from shouxin.engine.retention import Records
from shouxin.engine.rulebase import RuleBase


def records_of(rules: RuleBase, chosen: Mapping[str, str] | None) -> Records:
    """Return the records of the law under the readings chosen."""
    readings = Readings(rules.register, chosen)
    return Records(rules, readings, Clocks(rules.register, readings))


def keeping_of(organisation: Organisation, rules: RuleBase, records: Records, as_of: date) -> Keeping:
    """Return the least times of the law for an organisation, with the facts of each of its services."""
    known = [facts.of_service(organisation, one) for one in organisation.services]
    return Keeping(rules.register, records, known or [facts.of_organisation(organisation)], as_of)
