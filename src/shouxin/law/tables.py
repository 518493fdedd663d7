"""Facts whose values stand in a table: the app categories, and the items of their lists.

A value that the vocabulary names beside them comes after those of the table.
"""

from collections.abc import Mapping, Sequence

import msgspec

from shouxin.errors import LawError
from shouxin.law.base import Words
from shouxin.law.model import AppCategory
from shouxin.law.wording import Fact, Vocabulary


def completed(vocabulary: Vocabulary, categories: Sequence[AppCategory]) -> Vocabulary:
    """Return the vocabulary with the values that its facts take from elsewhere.

    These are the tables ``app-categories`` and ``necessary-items``, and the facts before them.
    Raises ``LawError`` (law-values).
    """
    items: dict[str, Words] = {}
    for category in categories:
        for item in category.necessary:
            items.setdefault(item.key, item.label)
    sources: dict[str, Mapping[str, Words]] = {
        "app-categories": {category.key: category.label for category in categories},
        "necessary-items": items,
    }
    facts = []
    for fact in vocabulary.facts:
        facts.append(_with(fact, sources) if fact.values_from else fact)
        sources[fact.name] = facts[-1].value_labels
    return msgspec.structs.replace(vocabulary, facts=tuple(facts))


def _with(fact: Fact, sources: Mapping[str, Mapping[str, Words]]) -> Fact:
    labels = sources.get(fact.values_from)
    if labels is None:
        raise LawError(
            "law-values",
            f'the fact "{fact.name}" takes its values from "{fact.values_from}", which does not exist',
            where="vocabulary",
            remedy="name app-categories, necessary-items, or a fact that stands before it",
        )
    return msgspec.structs.replace(
        fact,
        values=tuple(dict.fromkeys((*labels, *fact.values))),
        value_labels={**labels, **fact.value_labels},
    )
