"""Whatever a list is asked, it stays whole or says what to do: no traceback, no error of the database."""

import pytest

from shouxin.duties.filters.model import PLACES
from tests.duties.overview.conftest import Bureau

HOSTILE = ("%00", "%3Cscript%3E", "9" * 30)


def test_every_parameter_of_every_list_may_hold_anything(bureau: Bureau) -> None:
    """An answer or a clear error, and no word of it as markup."""
    bureau.person("officer", "privacy_officer")
    with bureau.client("officer") as client:
        for address, place in PLACES.items():
            for name in (*place.fields, "before", "after", "page"):
                for worth in HOSTILE:
                    answer = client.get(f"{address}?{name}={worth}")
                    assert answer.status_code in (200, 400, 404, 503), (address, name, worth)
                    assert "<script>" not in answer.text, (address, name)


@pytest.mark.parametrize("field", ["place", "name", "query"])
def test_what_is_kept_may_be_anything(bureau: Bureau, field: str) -> None:
    """A refusal that can be read; nothing is kept of what cannot be shown."""
    bureau.person("officer", "privacy_officer")
    with bureau.client("officer") as client:
        token = client.get("/work?mine=true").text.split('name="form_token" value="')[1].split('"')[0]
        for worth in ("\x00", "<script>", "\ud7ff" * 9, "mine=%00", "%", "a" * 5000):
            sent = {"form_token": token, "place": "/work", "name": "mine", "query": "mine=true", field: worth}
            answer = client.post("/filters", data=sent)
            assert answer.status_code in (303, 400), (field, worth)
            assert "<script>" not in answer.text
        assert client.get("/work").status_code == 200
