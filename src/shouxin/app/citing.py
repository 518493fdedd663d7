"""What the law files name by ids, as a reader sees it: provisions by short name and place, acts and facts."""

from functools import cache, lru_cache

from markupsafe import Markup, escape

from shouxin.app import wording
from shouxin.app.catalogue import Catalogue
from shouxin.law import citation
from shouxin.law.base import Words
from shouxin.law.register import register


def named(language: Catalogue, text: str) -> str:
    """Return a citation in words: ``PIPL Article 50``; what cites nothing that is known stands as it is."""
    at = citation.parse(text)
    found = register().title(at)
    if found is None:
        return text
    known = language.labels["centre_law"]
    if at.instrument in known:
        called = known[at.instrument] + language.phrases["centre.law_join"]
    else:
        title = found.title.text(language.code)
        called = language.phrases["title.open"] + title + language.phrases["title.close"]
    return called + wording.place(language, at.eid) if at.eid else called.strip(", ")


@lru_cache(maxsize=8192)
def law_link(language: Catalogue, text: str) -> Markup:
    """Return a link to a provision, named in words; pointing at it shows the id that the files use."""
    at = citation.parse(text)
    if register().title(at) is None:
        return escape(text)
    address = f"/law/{at.instrument}/{at.eid}" if at.eid else f"/law/{at.instrument}"
    return Markup('<a href="{}" title="{}">{}</a>').format(address, text, named(language, text))


def law_word(language: Catalogue, name: str) -> str:
    """Return what an act or a fact of the vocabulary is called; what is neither stands as it is."""
    found = _vocabulary().get(name)
    return found.text(language.code) if found else name


@cache
def _vocabulary() -> dict[str, Words]:
    words = register().books.vocabulary
    acts = {one.name: one.label for one in words.acts}
    return acts | {one.name: one.label for one in words.facts}
