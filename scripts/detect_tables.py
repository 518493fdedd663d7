"""Rebuild the tables that come from outside: family names, administrative divisions.

    python scripts/detect_tables.py DIVISIONS NAMES

DIVISIONS is a folder with provinces.csv, cities.csv, areas.csv, streets.csv and HK-MO-TW.json
(modood/Administrative-divisions-of-China, WTFPL 2, edition of 2023-06-30); NAMES is the workbook
family_names.xlsx (wainshine/Chinese-Names-Corpus, Apache-2.0). The tables written by hand stay as they are.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from python_calamine import CalamineWorkbook

TABLES = Path(__file__).resolve().parents[1] / "src" / "shouxin" / "detect" / "tables"
STEPS = (500, 150, 60, 20, 10)  # occurrences in the source, most frequent first


def surnames(workbook: Path) -> dict[int, list[str]]:
    """Return the family names by class of frequency, 0 the most frequent."""
    rows = CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).to_python()[1:]
    classes: dict[int, list[str]] = defaultdict(list)
    for name, count in sorted(rows, key=lambda row: (-float(row[1]), str(row[0]))):
        step = next((index for index, least in enumerate(STEPS) if float(count) >= least), len(STEPS))
        classes[step].append(str(name))
    return classes


def column(folder: Path, name: str) -> list[str]:
    """Return the names of one level of divisions."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [row["name"] for row in csv.DictReader(lines)]


def outside(folder: Path) -> dict[str, list[str]]:
    """Return Hong Kong, Macao and Taiwan: regions, then cities, then districts."""
    tree = json.loads((folder / "HK-MO-TW.json").read_text(encoding="utf-8"))
    districts = [item for cities in tree.values() for names in cities.values() for item in names]
    return {
        "province": list(tree),
        "city": [city for cities in tree.values() for city in cities],
        "county": districts,
    }


def compact(names: Iterable[str]) -> list[str]:
    """Return names as lines of one first character each, the remainders sorted."""
    heads: dict[str, set[str]] = defaultdict(set)
    for name in names:
        heads[name[0]].add(name[1:])
    return [f"{head} {' '.join(sorted(rest))}" for head, rest in sorted(heads.items())]


def divisions(folder: Path) -> dict[str, list[str]]:
    """Return the names of every level, without what is no name (市辖区, 县)."""
    beyond = outside(folder)
    levels = {
        "province": column(folder, "provinces") + beyond["province"],
        "city": column(folder, "cities") + beyond["city"],
        "county": column(folder, "areas") + beyond["county"],
        "township": column(folder, "streets"),
    }
    nameless = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "城区", "郊区"}
    return {
        level: [name for name in names if name not in nameless and len(name) > 1]
        for level, names in levels.items()
    }


def main(folder: Path, workbook: Path) -> None:
    """Write surnames.txt and divisions.txt."""
    lines = ["# Family names by frequency (wainshine/Chinese-Names-Corpus, Apache-2.0): class, names"]
    lines += [f"{step} {' '.join(names)}" for step, names in sorted(surnames(workbook).items())]
    (TABLES / "surnames.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["# Divisions (modood/Administrative-divisions-of-China, WTFPL 2, 2023-06-30): head, remainders"]
    for level, names in divisions(folder).items():
        lines += [f"[{level}]", *compact(names)]
    (TABLES / "divisions.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} DIVISIONS-FOLDER FAMILY-NAMES.xlsx")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
