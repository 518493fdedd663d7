"""Where things stand in the law files, to the line."""

from shouxin.law.cache import FOLDER
from shouxin.law.places import Place, places


def line(place: Place) -> str:
    """Return the line that a place names."""
    text = (FOLDER / place.file).read_text(encoding="utf-8")
    return text.splitlines()[place.line - 1].strip()


def test_every_thing_is_found_on_its_line() -> None:
    """An instrument, a provision, its rules, a fact, an act and an assumption."""
    known = places()
    assert line(known["pipl"]) == "instrument: pipl"
    assert line(known["pipl:art_29__cl_1"]) == "- id: art_29__cl_1"
    assert known["pipl:art_29__cl_1#2"].line > known["pipl:art_29__cl_1"].line
    assert line(known["pipl:art_29__cl_1"]).startswith("- ")
    assert line(known["data.sensitive"]) == "- name: data.sensitive"
    assert line(known["collect"]) == "- name: collect"
    assert line(known["ordinary-company data.sensitive"]) == "- profile: ordinary-company"
