"""Fides dataset files: taken over as far as a map goes, and the rest listed."""

import pytest

from shouxin.connect import fides, mapfile
from shouxin.connect.checking import check
from shouxin.connect.model import Identity, Reference
from shouxin.connect.reach import unreachable
from shouxin.errors import InputError

SHOP = b"""
dataset:
  - fides_key: made_up_shop
    name: Made-up shop
    description: people and what they bought
    fides_meta: {skip_processing: false}
    collections:
      - name: customer
        fides_meta: {erase_after: [made_up_shop.orders]}
        fields:
          - name: id
            data_categories: [user.unique_id]
            fides_meta: {primary_key: true}
          - name: email
            data_categories: [user.contact.email]
            fides_meta: {identity: email, data_type: string, length: 40}
          - name: phone
            data_categories: [user.contact.phone_number]
            fidesops_meta: {identity: phone_number, read_only: true}
          - name: address
            fields:
              - {name: city, data_categories: [user.contact.address.city]}
              - {name: note, data_categories: [cars.engine]}
      - name: orders
        fields:
          - name: customer_id
            data_categories: [user.unique_id]
            fides_meta:
              references: [{dataset: made_up_shop, field: customer.id, direction: from}]
          - name: pays
            data_categories: [system.operations]
            fides_meta:
              references: [{dataset: bank, field: account.number}, {dataset: bank, field: account}]
"""


def test_a_dataset_is_taken_over() -> None:
    """Columns with categories, keys, identities and references are; nested fields bear their path."""
    (found,) = fides.read(SHOP, where="shop.yml").maps
    customer, orders = found.tables
    assert (found.store, found.about) == ("made_up_shop", "Made-up shop: people and what they bought")
    assert customer.key == ("id",)
    assert [column.column for column in customer.columns] == [
        "id",
        "email",
        "phone",
        "address.city",
        "address.note",
    ]
    assert customer.categories == ("user_identifier", "email_address", "phone_number", "postal_address")
    assert customer.identities == (
        Identity(identity="email", column="email"),
        Identity(identity="phone_number", column="phone"),
    )
    assert orders.references == (
        Reference(columns=("customer_id",), to="customer", at=("id",)),
        Reference(columns=("pays",), to="account", at=("number",), store="bank"),
    )
    assert orders.columns[1].categories == ()
    assert mapfile.read(mapfile.write(found).encode(), where="map") == found


def test_nothing_is_left_in_silence() -> None:
    """Every key that a map has no place for is listed with where it stands and why."""
    left = {(one.where, one.key) for one in fides.read(SHOP, where="shop.yml").left}
    assert left == {
        ("made_up_shop", "fides_meta"),
        ("made_up_shop.customer", "fides_meta"),
        ("made_up_shop.customer", "identity"),
        ("made_up_shop.customer.email", "length"),
        ("made_up_shop.customer.phone", "read_only"),
        ("made_up_shop.customer.address.note", "cars.engine"),
        ("made_up_shop.orders.customer_id", "direction from"),
        ("made_up_shop.orders.pays", "references account"),
    }


def test_an_imported_map_is_checked_like_any_other() -> None:
    """Its references into a store that nobody mapped are refused; the rest leads to people."""
    (found,) = fides.read(SHOP, where="shop.yml").maps
    with pytest.raises(InputError) as refused:
        check([found])
    assert refused.value.code == "map-reference"
    assert unreachable([found]) == ()


def nested(field: bytes) -> bytes:
    """Return a file with one field."""
    return b"dataset: [{fides_key: x, collections: [{name: a, fields: [" + field + b"]}]}]"


@pytest.mark.parametrize(
    "text",
    [
        b"policy: []",
        b"dataset: shop",
        b"- dataset",
        b"dataset: [1]",
        b"dataset: [{name: x}]",
        b"dataset: [{fides_key: x, collections: {a: 1}}]",
        nested(b"{name: " + b"n" * 300 + b"}"),
        nested(b"{name: b, fides_meta: [1]}"),
        nested(b"{name: b, fides_meta: {references: 1}}"),
        b"dataset: &a [*a]",
    ],
)
def test_what_is_no_such_file_is_refused(text: bytes) -> None:
    """It is said in one line what it should be."""
    with pytest.raises(InputError) as refused:
        fides.read(text, where="shop.yml")
    assert refused.value.code == "map-unreadable"
    assert "Fides" in refused.value.remedy
