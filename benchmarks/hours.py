"""How good plans of hours are, and how fast: `python benchmarks/hours.py [--json]`.

The made-up metropolis of `made_up_lots.py`: 200 lots, 1 500 people, 24 months, of several seeds and several
tightnesses (hours owed, times so much). On each, in the same run: the plan of a spreadsheet, then the programme
with `--seconds` at most, both audited, everything compiled beforehand. Seconds are those of the clock; `cpu_s`,
those that processors worked, tells how busy the machine was with other things.

`gap` is of the weighted objective (hours, then broken contracts, then long ones) against a bound that holds for
the whole problem. As an hour outweighs any contracts it says little once all possible hours are met, so that
`gap_hours`, `gap_broken` and `gap_long` give each level by itself: see `docs/methods/hours.md`.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from croisee.engine.hours import Options, Plan, audit, greedy, plan
from made_up_lots import MadeUp, made_up

CASES = ((1, 1.0), (2, 1.0), (3, 1.0), (1, 0.5), (1, 2.0))
"""Seed and tightness; the first is the one that the figures at the top are of."""


def case(made: MadeUp, seconds: float) -> dict[str, Any]:
    """The programme and the spreadsheet on one instance."""
    given = made.lots, made.people, made.reasons
    simple = greedy(*given)
    begin = time.process_time()
    best = plan(*given, options=Options(seconds=seconds, rounds=1_000_000))
    cpu_s = time.process_time() - begin
    return {
        "lots": len(made.lots),
        "people": len(made.people),
        "months": made.people.months,
        "pairs": int((made.reasons == 0).sum()),
        "hours_owed": int(made.lots.hours.sum()),
        "seconds": best.seconds,
        "cpu_s": cpu_s,
        "gap": best.gap,
        "gap_hours": best.gaps[0],
        "gap_broken": best.gaps[1],
        "gap_long": best.gaps[2],
        "gap_worst": max(best.gaps),
        **figures("", best),
        "hours_bound": best.bounds.hours,
        "broken_bound": best.bounds.broken,
        "long_bound": best.bounds.long,
        **figures("greedy_", simple),
        "greedy_seconds": simple.seconds,
        "ratio": best.long / max(simple.long, 1),
        "audit_ok": not audit(best, *given) and not audit(simple, *given),
    }


def figures(of: str, found: Plan) -> dict[str, int]:
    """What a plan achieves, each name beginning with `of`."""
    return {
        f"{of}hours_met": found.hours_met,
        f"{of}lots_lacking": int((found.missing > 0).sum()),
        f"{of}contracts": len(found.contracts),
        f"{of}broken": found.broken,
        f"{of}long": found.long,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each plan")
    parser.add_argument(
        "--cases", type=int, default=len(CASES), metavar="N", help="the first so many instances"
    )
    arguments = parser.parse_args()
    small = made_up(6, 30, 8)
    greedy(small.lots, small.people, small.reasons)
    plan(small.lots, small.people, small.reasons, options=Options(rounds=2))
    cases = [
        {"seed": seed, "tightness": tightness}
        | case(made_up(seed=seed, tightness=tightness), arguments.seconds)
        for seed, tightness in CASES[: arguments.cases]
    ]
    result = {"name": "hours", **cases[0], "cases": cases}
    if arguments.json:
        print(json.dumps(result))
        return
    for found in cases:
        print()
        for name, value in found.items():
            print(f"{name:>20}  {value}")


if __name__ == "__main__":
    main()
