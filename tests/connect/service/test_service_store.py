"""An HTTP service as a store: found, read, corrected, erased, read back; nobody else's rows are touched."""

from copy import deepcopy
from datetime import date

import pytest

from shouxin.connect import mapfile
from shouxin.connect.checking import check
from shouxin.connect.person import Held
from shouxin.connect.service.store import ServiceStore
from shouxin.connect.stores import opened
from shouxin.errors import InputError, StoreError
from tests.connect.service.crm import MAP, Crm, described

TODAY = date(2026, 11, 22)
ANA = {"email": (Held(value="ana@shop.example"),), "customer_id": (Held(value="7"),)}


def test_a_person_is_found_by_what_the_map_says(store: ServiceStore, crm: Crm) -> None:
    """Page after page, with the secret of the settings, and the identities that the rows tell."""
    rows = list(store.read(ANA, TODAY))
    assert [(row.table, row.values) for row in rows] == [
        ("orders", {"number": "70", "finished": "2020-01-02"}),
        ("orders", {"number": "71", "finished": "2019-05-06"}),
        ("customers", {"id": 7, "email": "ana@shop.example", "profile.name": "Ana"}),
    ]
    assert set(crm.secrets) == {"Bearer sesame"}
    only_email = {"email": ANA["email"]}
    assert store.learn(only_email, TODAY)["customer_id"] == (Held(value="7"),)


def test_an_erasure_takes_all_of_the_person_and_nothing_of_others(store: ServiceStore, crm: Crm) -> None:
    """Counted before, done, read back; a second time nothing is sent."""
    others = deepcopy([crm.customers["8"], crm.orders["80"]])
    survey = store.survey(ANA, TODAY)
    assert {part.table: (part.rows, part.act) for part in survey.parts} == {
        "orders": (2, "delete"),
        "customers": (1, "delete"),
    }
    assert not survey.problems
    assert store.erase(ANA, TODAY, digest=survey.digest, dry_run=True).deleted == {
        "orders": 2,
        "customers": 1,
    }
    assert not crm.changed()
    assert store.begin(ANA, TODAY, "key").done
    assert [list(crm.customers.values()), list(crm.orders.values())] == [[one] for one in others]
    before = len(crm.changed())
    assert store.begin(ANA, TODAY, "other").done
    assert len(crm.changed()) == before


def test_what_must_be_kept_is_kept_row_by_row(store: ServiceStore, crm: Crm) -> None:
    """With its provision and last day; one that is over goes, and one without a day stays."""
    crm.orders["70"]["finished"] = "2025-03-04T18:30:00Z"
    kept = next(part for part in store.survey(ANA, TODAY).parts if part.act == "keep")
    assert (kept.rows, kept.because, kept.until) == (1, "ecommerce-law:art_31", date(2028, 3, 5))
    del crm.orders["71"]["finished"]
    assert next(part for part in store.survey(ANA, TODAY).parts if part.act == "keep").until is None
    crm.orders["71"]["finished"] = "2019-05-06"
    assert store.begin(ANA, TODAY, "key").done
    assert set(crm.orders) == {"70", "80"}


def test_rows_of_somebody_else_stand_in_the_way(store: ServiceStore, crm: Crm) -> None:
    """A look-up that finds more than one asked for is said, and what it found is not shown."""
    crm.fuzzy = True
    assert [one.code for one in store.survey(ANA, TODAY).problems] == ["service-stranger"]
    assert all(row.values.get("id") != 8 for row in store.read(ANA, TODAY))


def test_work_that_goes_on_is_asked_after(store: ServiceStore, crm: Crm) -> None:
    """Accepted, running, finished; a service that gives up is an error, one that lies is too."""
    crm.slow_jobs = True
    begun = store.begin(ANA, TODAY, "key")
    assert not begun.done
    assert not store.ask(ANA, TODAY, begun.reference).done
    crm.jobs["job/1"] = "finished"
    with pytest.raises(StoreError, match="still answers with rows"):
        store.ask(ANA, TODAY, begun.reference)
    crm.finish()
    assert store.ask(ANA, TODAY, begun.reference).done
    crm.jobs["job/1"] = "stopped"
    with pytest.raises(StoreError, match="could not finish"):
        store.ask(ANA, TODAY, begun.reference)


def test_one_key_counts_once(store: ServiceStore, crm: Crm) -> None:
    """The same request under the same key has the same key at the service; another row another one."""
    crm.slow_jobs = True
    store.begin(ANA, TODAY, "key")
    crm.orders["70"] = {"number": "70", "of": "7", "finished": "2020-01-02"}
    store.begin(ANA, TODAY, "key")
    assert len(crm.keys) == 3
    store.begin(ANA, TODAY, "another")
    assert len(crm.keys) == 5


def test_a_correction_sets_columns_in_the_rows_of_the_person(store: ServiceStore, crm: Crm) -> None:
    """Tried, done; a table without a request says so."""
    values = {"email": "an@shop.example"}
    assert store.correct(ANA, "customers", None, values, TODAY, dry_run=True) == 1
    assert not crm.changed()
    assert store.correct(ANA, "customers", {"id": 7}, values, TODAY) == 1
    assert crm.customers["7"]["email"] == "an@shop.example"
    assert store.correct(ANA, "customers", {"id": 9}, values, TODAY) == 0
    with pytest.raises(InputError, match="no request in its description"):
        store.correct(ANA, "orders", None, {"number": "1"}, TODAY)


def test_former_values_are_never_asked_about(store: ServiceStore, crm: Crm) -> None:
    """A service knows no days: a number that was the person's until last year may be somebody's now."""
    former = {"email": (Held(value="bo@shop.example", until=date(2025, 1, 1)),)}
    assert not list(store.read(former, TODAY))
    assert not crm.asked


@pytest.mark.parametrize("value", ["", ".", "..", " ", "a\r\nb"])
def test_no_value_leads_elsewhere_in_a_path(store: ServiceStore, crm: Crm, value: str) -> None:
    """An empty or dotted segment would name the whole collection."""
    with pytest.raises(InputError, match="lead elsewhere"):
        list(store.read({"customer_id": (Held(value=value),)}, TODAY))
    assert not crm.asked


def test_values_are_encoded_where_they_stand(store: ServiceStore, crm: Crm) -> None:
    """A slash, a question mark or a brace in a value is that character and no part of the address."""
    odd = {"customer_id": (Held(value="7/../8?x={email}"),), "email": (Held(value="a&email=b@x.example"),)}
    assert not list(store.read(odd, TODAY))
    assert [target for _, target in crm.asked] == [
        "/v1/customers/7%2F..%2F8%3Fx%3D%7Bemail%7D/orders",
        "/v1/customers?email=a%26email%3Db%40x.example",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("make: http", "make: mysql", "has a `service`"),
        ("query: {email: '{email}'}", "query: {email: '{mail}'}", "no such place"),
        ("query: {email: '{email}'}", "query: {all: 'yes'}", "would find everybody"),
        ("'/orders/{row.number}'", "/orders", "change everybody"),
        ("'/orders/{row.number}'", "'/orders/{row.nr}'", "no such place"),
        (
            "  status: {path: '/jobs/{job}', state: /state, done: [finished], failed: [stopped]}\n",
            "",
            "status",
        ),
        ("    orders: {path: '/orders/", "    baskets: {path: '/orders/", "no table"),
        ("pages: {link: /next}", "pages: {link: /next, cursor: /c, query: c}", "pages are found"),
    ],
)
def test_a_description_that_cannot_be_is_refused(old: str, new: str, says: str) -> None:
    """With its store, its request, and what is wrong; a good one is written and read back."""
    assert mapfile.read(mapfile.write(described()).encode(), where="x") == described()
    check([described()])
    with pytest.raises(InputError, match=says) as wrong:
        check([mapfile.read(MAP.replace(old, new).encode(), where="crm.yaml")])
    assert wrong.value.code == "map-service"


def test_what_the_description_lacks_is_said(crm: Crm) -> None:
    """Before anybody asks, and in the survey of a person."""
    lacking = MAP.replace("    orders: {path: '/orders/{row.number}'}\n", "")
    store = opened(mapfile.read(lacking.encode(), where="crm.yaml"), crm.address)
    assert [(one.code, one.where) for one in store.check()] == [("service-cannot", "crm.orders")]
    assert [one.where for one in store.survey(ANA, TODAY).problems] == ["crm.orders"]


def test_one_request_for_all_rows_does_not_take_what_is_kept(crm: Crm) -> None:
    """Where some rows must stay, the description has to name each."""
    whole = MAP.replace("'/orders/{row.number}'", "'/customers/{customer_id}/orders'")
    crm.orders["70"]["finished"] = "2025-03-04"
    store = ServiceStore(mapfile.read(whole.encode(), where="crm.yaml"), crm.address)
    assert [one.code for one in store.survey(ANA, TODAY).problems] == ["service-kept"]
