"""The account of an import, as JSON: counts first, then each refused record, however many there are.

    {"read": 3, "kept": 2, "added": 2, "changed": 0, "same": 0, "older": 0, "buyers_whose_key_fails": 0,
     "unknown_considerations": 0,
     "considerations": {"Clause sociale": 1, …, "not said": 1},
     "refused": [{"index": 2, "id": "2024-07", "reason": "…"}]}

`read` = `kept` + the length of `refused`. `considerations` counts the contracts kept by what they declare, in the
official spelling: one that declares two counts in both; `not said` counts those that declare none (the format of 2019
cannot). `added`, `changed`, `same` and `older` say what the kept ones did here.
`index` is the position in the file, from 0, running over all its lists.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from croisee.clauses.decp.counts import Counts


def write_report(path: Path, counts: Counts, refusals: Iterable[tuple[int, str, str]]) -> None:
    """Write the report, one refusal in memory at a time. Raises OSError when the disk refuses."""
    with path.open("w", encoding="utf-8") as stream:
        head = json.dumps(counts.as_json(), ensure_ascii=False, indent=1)
        stream.write(head.removesuffix("\n}") + ',\n "refused": [')
        separator = "\n  "
        for position, decp_id, reason in refusals:
            entry = {"index": position, "id": decp_id, "reason": reason}
            stream.write(separator + json.dumps(entry, ensure_ascii=False))
            separator = ",\n  "
        stream.write("\n ]\n}\n" if separator.startswith(",") else "]\n}\n")
