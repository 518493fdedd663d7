"""Packs of evidence: who lets them out, what is in them, and that a stranger can check them offline."""

import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from shouxin.duties.access.model import SYSTEM_KEY
from shouxin.duties.command import output
from shouxin.duties.days import BEIJING
from shouxin.duties.inspection import document
from shouxin.duties.inspection.contents import LANGUAGES, checklist, words
from shouxin.duties.inspection.model import ARCHIVE, CUT_OFF, FILES, Inspection, Pack
from shouxin.errors import InputError
from shouxin.law.register import register
from tests.duties.access.conftest import form
from tests.duties.inspection.conftest import OFFICER, PASSWORD, PERSON, InspectedOffice


def given(office: InspectedOffice, **more: object) -> Inspection:
    """Return an inspection that one person asked for and another approved."""
    found = office.inspections.ask(office.asked(**more), OFFICER)
    if found.state == "asked":
        name = f"approver {found.number}"
        by = office.person(f"{name} a", "staff") and office.person(name, "approver")
        found = office.inspections.decide(found.number, by, OFFICER, give=True, reason="letter seen")
    return found


def packed(
    office: InspectedOffice, number: int, language: str = "en", checkpoint: int | None = None
) -> bytes:
    """Return the bytes of a pack."""
    file = io.BytesIO()
    office.inspections.write(number, file, language, OFFICER, checkpoint)
    return file.getvalue()


def unpacked(pack: bytes, folder: Path) -> Path:
    """Unpack a pack into a new folder."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def checked(folder: Path, keys: Path) -> int:
    """Check an unpacked pack as a stranger does: with Python alone."""
    command = [sys.executable, "-I", "-S", str(folder / "check.py"), str(keys)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in ran.stderr
    return ran.returncode


def refused(code: str, call: object) -> None:
    """Hold that a call is refused with a code."""
    assert callable(call)
    with pytest.raises(InputError) as problem:
        call()
    assert problem.value.code == code


def test_a_stranger_checks_a_pack_offline(office: InspectedOffice, tmp_path: Path) -> None:
    """Files, proofs and signature hold offline; a changed file, a changed manifest, other keys do not."""
    folder = unpacked(packed(office, given(office).number), tmp_path / "pack")
    assert checked(folder, office.keys) == 0
    pack = msgspec.json.decode((folder / "pack.json").read_bytes(), type=Pack)
    proved = [source for item in pack.items for source in item.sources if source.entry is not None]
    assert proved and pack.notices
    assert {path.name for path in folder.iterdir()} >= {
        *("index.html", "report.pdf", "README.txt", "pack.schema.json", "verify.py"),
        *("manifest.json", "pictures"),
    }  # fmt: skip
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    other = tmp_path / "other-keys"
    other.write_text("another+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")
    assert checked(folder, other) in (1, 2)
    page = folder / "index.html"
    page.write_bytes(page.read_bytes().replace(b"Evidence", b"evidence", 1))
    assert checked(folder, office.keys) == 1


def test_a_forged_pack_does_not_hold(office: InspectedOffice, tmp_path: Path) -> None:
    """Who rewrites the manifest as well still lacks the signature over the entries."""
    folder = unpacked(packed(office, given(office).number), tmp_path / "pack")
    proof = next((folder / "proofs").iterdir())
    told = json.loads(proof.read_text())
    told["entry"]["leaf"] = told["entry"]["leaf"].replace("A", "B", 1)
    proof.write_text(json.dumps(told))
    manifest = json.loads((folder / "manifest.json").read_text())
    import hashlib

    manifest["files"][f"proofs/{proof.name}"] = hashlib.sha256(proof.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert checked(folder, office.keys) in (1, 2)


def test_the_same_checkpoint_gives_the_same_bytes(office: InspectedOffice) -> None:
    """Nothing in a pack tells when it was made; what came later does not change it."""
    number = given(office, parts=("evidence", "ledger")).number
    first = packed(office, number)
    entries = office.inspections.show(number, SYSTEM_KEY)[1][0].entries
    assert packed(office, number, checkpoint=entries) == first
    refused("ledger-unsigned", lambda: packed(office, number, checkpoint=entries + 10**6))


def test_people_are_pseudonyms_that_differ_from_pack_to_pack(office: InspectedOffice, tmp_path: Path) -> None:
    """Neither the commitment of a person nor what staff wrote leaves, and two packs cannot be joined."""
    seen = []
    for name in ("one", "two"):
        found = given(office, name=name, parts=("ledger",))
        folder = unpacked(packed(office, found.number), tmp_path / name)
        lines = [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]
        about = next(line for line in lines if line["kind"] == "read")
        assert about["what"] is None
        assert about["why"] == ""
        assert about["whose"].startswith("person-")
        everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert PERSON.hex().encode() not in everything
        assert b"Zhang San asked" not in everything
        seen.append((about["whose"], about["who"]))
    assert not set(seen[0]) & set(seen[1])
    folder = unpacked(packed(office, given(office).number), tmp_path / "evidence only")
    assert not (folder / "ledger.jsonl").exists()


def test_nothing_goes_out_without_a_second_person_a_basis_and_an_authority(office: InspectedOffice) -> None:
    """Who asked cannot approve; each lack has its code; refused stays refused."""
    officer = office.person("officer", "privacy_officer")
    actor = OFFICER._replace(who=officer.id)
    found = office.inspections.ask(office.asked(), actor)
    ask, decide = office.inspections.ask, office.inspections.decide
    refused("inspection-undecided", lambda: packed(office, found.number))
    refused("inspection-own", lambda: decide(found.number, officer, actor, give=True, reason="x"))
    staff = office.person("staff", "staff")
    refused("permission-missing", lambda: decide(found.number, staff, actor, give=True, reason="x"))
    other = office.person("approver", "approver")
    refused("inspection-reason", lambda: decide(found.number, other, actor, give=True, reason=" "))
    decide(found.number, other, actor, give=False, reason="no letter")
    refused("inspection-decided", lambda: decide(found.number, other, actor, give=True, reason="x"))
    refused("inspection-undecided", lambda: packed(office, found.number))
    refused("inspection-unknown", lambda: packed(office, 10**6))
    for code, more in {
        "inspection-basis": {"basis": "pipl:art_999"},
        "inspection-authority": {"authority": " "},
        "inspection-days": {"until": "2020-01-01"},
        "service-unknown": {"services": ["nowhere"]},
    }.items():
        refused(code, lambda more=more: ask(office.asked(**more), actor))


def test_a_self_check_needs_nobody_else_and_a_public_report_names_nobody(
    office: InspectedOffice, tmp_path: Path
) -> None:
    """The one cites art. 54 and holds references; the other cites art. 58 and holds none."""
    own = given(office, kind="self-check", authority="", basis="")
    assert (own.state, own.asked.basis) == ("given", "pipl:art_54")
    public = given(office, kind="social-report", authority="", basis="", parts=("evidence", "ledger"))
    assert public.asked.basis == "pipl:art_58__item_4"
    folder = unpacked(packed(office, public.number), tmp_path / "public")
    pack = msgspec.json.decode((folder / "pack.json").read_bytes(), type=Pack)
    assert (pack.asked_by, pack.approved_by) == ("", "")
    assert {source.reference for item in pack.items for source in item.sources} == {""}
    assert not (folder / "ledger.jsonl").exists()
    assert b"operator:" not in (folder / "index.html").read_bytes()
    assert checked(folder, office.keys) == 0


def test_every_item_stands_in_both_orders(office: InspectedOffice) -> None:
    """By articles as the register has them, and under exactly one matter of the checklist."""
    pack = office.inspections.preview(given(office).number)
    order = {str(one.citation): at for at, one in enumerate(register().entries)}
    places = [order[item.provision] for item in pack.items]
    assert places == sorted(places)
    assert sorted(at for matter in pack.checklist for at in matter.items) == list(range(len(pack.items)))
    assert sum(pack.counts.values()) == len(pack.items)
    of_shop = office.inspections.preview(given(office, services=["shop"]).number)
    assert {item.service for item in of_shop.items} == {"", "shop"}


def test_the_checklist_cites_what_the_register_holds() -> None:
    """Each matter has three languages, each of its provisions something below it, none stands twice."""
    cited = [name for heading in checklist() for name in heading.provisions]
    known = [str(one.citation) for one in register().entries]
    for name in cited:
        assert any(one == name or one.startswith((f"{name}__", f"{name}:")) for one in known), name
    assert len(set(cited)) == len(cited)
    assert all(tuple(heading.title) == LANGUAGES for heading in checklist())
    assert [one.keys() for one in words().values()] == [words()["zh"].keys()] * 3
    assert all(text for one in words().values() for text in one.values())


def test_a_pack_that_breaks_off_leaves_no_file_and_no_trace(
    office: InspectedOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full disk half-way there is no file, and the ledger names no pack."""
    number = given(office).number

    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(document, "pdf", full)
    with pytest.raises(InputError, match="space"), output(tmp_path / "pack.zip") as file:
        office.inspections.write(number, file, "en", OFFICER)
    assert [path.name for path in tmp_path.iterdir()] == ["ledger"]
    assert office.inspections.show(number, SYSTEM_KEY)[1] == ()


def test_an_empty_store_is_told_what_to_do(migrated: Engine, tmp_path: Path) -> None:
    """Without an organisation nothing can be evidence."""
    empty = InspectedOffice(migrated, tmp_path / "ledger")
    refused("organisation-none", lambda: empty.inspections.ask(empty.asked(kind="self-check"), OFFICER))


def reads_its_own_alone(
    inspector: TestClient[Litestar], number: int, pack: int, other: tuple[int, int]
) -> None:
    """Hold that an inspector opens an inspection and its pack, and nothing of another."""
    page, html = f"/inspections/{number}", {"Accept": "text/html"}
    read = inspector.get(f"{page}?lang=en", headers=html)
    assert read.status_code == 200
    assert f"approver {number} (operator:" in read.text
    assert 'action="/inspections' not in read.text
    listed = inspector.get("/inspections", headers=html).text
    assert "inspection of May" in listed
    assert "of another authority" not in listed
    begins = {"pack.zip": b"PK", "index.html": b"<!doctype", "report.pdf": b"%PDF", "pack.json": b"{"}
    for name, first in begins.items():
        took = inspector.get(f"{page}/packs/{pack}/{name}")
        assert (took.status_code, took.content[: len(first)]) == (200, first)
        assert took.headers["content-disposition"].startswith("attachment")
        assert took.headers["cache-control"] == "no-store"
    for address in (
        f"/inspections/{other[0]}",
        f"/inspections/{other[0]}/packs/{other[1]}/pack.zip",
        f"{page}/packs/{other[1]}/pack.zip",
        f"{page}/packs/{pack}/manifest.json",
    ):
        assert inspector.get(address).status_code == 404, address
    assert "of another authority" not in inspector.get("/search?q=authority").text


def test_an_inspector_reads_for_a_time_and_every_page_is_written_down(office: InspectedOffice) -> None:
    """Made on the page of the inspection, its password shown once; it only reads, and can be ended."""
    number = given(office).number
    office.person("officer", "privacy_officer")
    with TestClient(office.app()) as client:
        client.follow_redirects = False
        client.post("/sign-in", data=form(client, "/sign-in", name="officer", password=PASSWORD))
        page = f"/inspections/{number}"
        fields = form(client, page, name="Inspector Made-up", until="2099-12-31")
        made = client.post(f"{page}/accounts", data=fields, headers={"Accept": "text/html"})
        assert made.status_code == 200
        password = made.text.split("<dd><code>")[1].split("<")[0]
        assert password not in client.get(page, headers={"Accept": "text/html"}).text
        assert client.post(f"{page}/pack", data=form(client, page, language="zh")).status_code == 303
        _, (pack,), (account,), _ = office.inspections.show(number, SYSTEM_KEY)
        foreign = given(office, name="of another authority").number
        other = office.inspections.make(foreign, "en", OFFICER).number
        with TestClient(office.app()) as inspector:
            inspector.follow_redirects = False
            signed = form(inspector, "/sign-in", name="Inspector Made-up", password=password)
            inspector.post("/sign-in", data=signed)
            assert inspector.get("/posture?by=instrument").status_code == 200
            reads_its_own_alone(inspector, number, pack.number, (foreign, other))
            ending = form(client, page, operator=str(account.operator))
            assert client.post(f"{page}/accounts/end", data=ending).status_code == 303
            assert inspector.get("/posture").status_code in (303, 401)
    with office.engine.connect() as connection:
        asked = text("select who, what from shouxin.ledger_entry where kind = 'inspector.looked'")
        looked = [(row.who, row.what["path"]) for row in connection.execute(asked)]
        asked = text("select who, what from shouxin.ledger_entry where kind = 'inspection.taken'")
        taken = [(row.who, row.what["pack"], row.what["file"]) for row in connection.execute(asked)]
    me = f"operator:{account.operator}"
    assert {who for who, _ in looked} == {me}
    assert [path for _, path in looked][:3] == ["/posture", page, "/inspections"]
    assert f"{page}/packs/{pack.number}/pack.zip" in [path for _, path in looked]
    assert taken == [(me, pack.number, name) for name in (ARCHIVE, *FILES)]


def test_the_end_of_the_time_ends_the_reading(office: InspectedOffice) -> None:
    """When the day has passed, the account sees neither the inspection nor its packs, however it came in."""
    number = given(office).number
    pack = office.inspections.make(number, "en", OFFICER).number
    officer = office.person("officer", "privacy_officer")
    made = office.inspections.admit(number, "Inspector", "2099-12-31", office.access, officer, OFFICER)
    inspector = office.access.prove(made.name, made.password, "")
    assert [one.number for one in office.inspections.list(inspector)] == [number]
    assert list(office.inspections.fetch(number, pack, "pack.json", inspector, OFFICER))
    with office.engine.begin() as connection:
        connection.execute(text("update shouxin.inspection_account set until = now()"))
        connection.execute(text("update shouxin.operator_role set until = now() where role = 'inspector'"))
    assert office.inspections.list(inspector) == ()
    refused("inspection-unknown", lambda: office.inspections.show(number, inspector))
    refused("inspection-unknown", lambda: office.inspections.fetch(number, pack, ARCHIVE, inspector, OFFICER))
    assert not office.access.prove(made.name, made.password, "").may("inspection.read")


def test_a_pack_names_who_approved_it_when_and_by_which_provision(office: InspectedOffice) -> None:
    """By name and account, with the time in Beijing and the basis, in the page and for programs."""
    found = given(office)
    pack = office.inspections.preview(found.number)
    assert (pack.approver, pack.approved_by) == (f"approver {found.number}", found.decided_by)
    assert pack.approved_at == found.decided_at
    line = dict(document.facts(pack, "en"))
    assert line["Legal basis"] == "pipl:art_63__para_1__item_2"
    assert pack.approved_at
    at = f"{pack.approved_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    assert line["Approved by"] == f"approver {found.number} ({found.decided_by}) · {at}"


_MAKER = """
import os, signal, sys
from pathlib import Path
from shouxin.duties.inspection import document, kept
from shouxin.store import StoreConfig, open_store
from tests.duties.inspection.conftest import OFFICER, InspectedOffice

def halfway(*_, **__):
    os.write(1, b"halfway\\n")
    signal.pause()

setattr(*{"drawing": (document, "pdf"), "keeping": (kept, "packed")}[sys.argv[3]], halfway)
with open_store(StoreConfig(dsn=sys.argv[1])) as store:
    office = InspectedOffice(store.engine, Path(sys.argv[2]))
    office.inspections.make(int(sys.argv[4]), "en", OFFICER)
"""


@pytest.mark.parametrize("moment", ["drawing", "keeping"])
def test_a_maker_that_is_killed_leaves_nothing_to_fetch(
    office: InspectedOffice, database_dsn: str, tmp_path: Path, moment: str
) -> None:
    """Killed while it draws, or with the last piece written: told as broken off, and made again whole."""
    number = given(office).number
    command = [sys.executable, "-c", _MAKER, database_dsn, str(tmp_path / "ledger"), moment, str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "halfway\n"
        (made,) = office.inspections.show(number, SYSTEM_KEY).packs
        assert made.state == "making"
        refused("inspection-making", lambda: office.inspections.again(number, made.number, OFFICER))
        child.kill()
    gone = time.monotonic() + 30
    while (broken := office.inspections.show(number, SYSTEM_KEY).packs[0]).state == "making":
        assert time.monotonic() < gone, "the database still holds the lock of a process that is gone"
    assert broken.state == "broken"
    refused(
        "inspection-pack", lambda: office.inspections.fetch(number, made.number, ARCHIVE, SYSTEM_KEY, OFFICER)
    )
    with office.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from shouxin.inspection_piece")) == 0
    ((whole,), later) = (list(office.inspections.mend()) for _ in range(2))
    assert (whole.state, whole.entries, whole.problem, later) == ("whole", made.entries, CUT_OFF, [])
    pack = b"".join(office.inspections.fetch(number, made.number, ARCHIVE, SYSTEM_KEY, OFFICER))
    assert checked(unpacked(pack, tmp_path / "pack"), office.keys) == 0
    assert office.inspections.again(number, made.number, OFFICER) == whole


def test_the_pages_say_what_comes_next(office: InspectedOffice) -> None:
    """Asked for and decided by another on the page; a wrong basis brings the form back as filled in."""
    office.person("officer", "privacy_officer")
    office.person("approver", "approver")
    with TestClient(office.app()) as client:
        client.follow_redirects = False
        client.post("/sign-in", data=form(client, "/sign-in", name="officer", password=PASSWORD))
        days = {"since": "2026-01-01", "until": "2026-12-31", "parts": "evidence"}
        wanted = {
            "kind": "inspection",
            "name": "May",
            "authority": "The City",
            "basis": "pipl:art_999",
            **days,
        }
        wrong = client.post("/inspections", data=form(client, "/inspections", **wanted))
        assert wrong.status_code == 400
        assert 'value="The City"' in wrong.text
        wanted["basis"] = "pipl:art_63__para_1__item_2"
        asked = client.post("/inspections", data=form(client, "/inspections", **wanted))
        page = asked.headers["location"]
        own = client.post(f"{page}/decision", data=form(client, page, do="give", reason="x"))
        assert "inspection-own" in own.text
        for language in ("zh", "en", "es"):
            for address in ("/inspections", page):
                assert client.get(f"{address}?lang={language}").status_code == 200
        with TestClient(office.app()) as other:
            other.follow_redirects = False
            other.post("/sign-in", data=form(other, "/sign-in", name="approver", password=PASSWORD))
            decided = other.post(f"{page}/decision", data=form(other, page, do="give", reason="letter seen"))
            assert decided.status_code == 303
            assert other.post(f"{page}/pack", data=form(other, page)).status_code == 403
