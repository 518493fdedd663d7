"""Many runs judged at once, and which are left to the finder."""

from shouxin.detect.fallback.addressed import Mails, ipv4
from shouxin.detect.fallback.candidates import Best, Candidates
from shouxin.detect.fallback.chained import Chained
from shouxin.detect.fallback.gate import unusual
from shouxin.detect.fallback.lettered import lettered
from shouxin.detect.fallback.numbers import numbers
from shouxin.detect.fallback.places import among
from shouxin.detect.fallback.plates import plates
from shouxin.detect.fallback.runs import Runs
from shouxin.detect.fallback.spaced import Spaced


def many(every: Runs, least: float) -> tuple[Runs, Best, Best]:
    """Return the runs for the finder, the mails and groups that were found, and what the other runs are."""
    first, second, third = (Candidates(least) for _ in range(3))
    usual, mails, spaced = ~unusual(every), Mails(every), Spaced(every)
    usual[mails.index[mails.unusual()]] = False
    mails.judge(first, usual)
    spaced.mobiles(first, usual)
    found = first.best(every)
    usual[spaced.country] = usual[spaced.odd] = False
    hard = every.where(~usual & ~among(every.start, found.run))
    ipv4(second, every, usual)
    spaced.dates(second, usual)
    runs = every.where(usual)
    numbers(second, runs)
    plates(second, runs)
    lettered(second, runs)
    Chained(third, spaced.links, spaced.at[usual[spaced.at]]).judge()
    plain, chained = second.best(every), third.best(every)
    return hard, found, plain.with_others(chained.where(~among(chained.run, plain.run)))
