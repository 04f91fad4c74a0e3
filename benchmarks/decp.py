"""How a large DECP file is imported: `python benchmarks/decp.py [--json] [--mb 100] [--peer-mb 100]`.

A made-up file of the format of 2022 (seeded; one record in fifty is to be refused), of the size asked for:
- ours: `croisee clauses import-decp` in a process of its own, on an embedded server made for the purpose; `peak_mb` is
  the resident memory of that process, Django and psycopg included, the server apart; `again_s` the same once more;
- the peer: `json.load` of a file of `--peer-mb`, which is all that reading takes before anything is checked or stored.
  `memory_ratio` compares the megabytes that each takes for a megabyte of file, `speed_ratio` the time.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from own_database import own_database

BUYERS = 400
SOCIAL = (["Pas de considération sociale"], ["Clause sociale"], ["Clause sociale", "Critère social"])
OBJECTS = (
    "Réhabilitation d’un groupe scolaire, lot peinture",
    "Entretien des espaces verts",
    "Mission d’étude",
)


def main() -> None:
    """Print the measures, as one JSON line with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mb", type=int, default=100)
    parser.add_argument("--peer-mb", type=int, default=100)
    options = parser.parse_args()
    with own_database() as folder:
        result = measure(folder, options.mb * 1_000_000, options.peer_mb * 1_000_000)
    print(
        json.dumps(result)
        if options.json
        else "\n".join(f"{name}: {value}" for name, value in result.items())
    )


def measure(folder: Path, size: int, peer_size: int) -> dict[str, Any]:
    """Import, import again, and let the peer read."""
    file, small, report = folder / "decp.json", folder / "small.json", folder / "report.json"
    written = write_file(file, size)
    command = ["-m", "croisee", "clauses", "import-decp", str(file), "--report", str(report)]
    seconds, cpu, peak = run(command)
    counts = json.loads(report.read_text(encoding="utf-8"))
    again, _cpu, again_peak = run(command)
    write_file(small, peer_size)
    loading = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"
    peer_seconds, _cpu, peer_peak = run(["-c", loading, str(small)])
    megabytes, peer_megabytes = file.stat().st_size / 1e6, small.stat().st_size / 1e6
    return {
        "name": "decp",
        "bytes": file.stat().st_size,
        "contracts": written,
        "kept": counts["kept"],
        "refused": len(counts["refused"]),
        "ours_s": round(seconds, 1),
        "ours_cpu_s": round(cpu, 1),
        "mb_per_s": round(megabytes / seconds, 1),
        "peak_mb": round(max(peak, again_peak)),
        "again_s": round(again, 1),
        "peers": {"json_load_s": round(peer_seconds, 1), "json_load_peak_mb": round(peer_peak)},
        "memory_ratio": round((peer_peak / peer_megabytes) / (peak / megabytes), 2),
        "speed_ratio": round((megabytes / seconds) / (peer_megabytes / peer_seconds), 3),
        "equal": counts["read"] == written == counts["kept"] + len(counts["refused"]),
    }


def run(arguments: list[str]) -> tuple[float, float, float]:
    """The seconds that Python takes on these arguments in another process, those of processor, its peak memory in MB.

    The peak is read from /proc (VmHWM) until the end: the resource usage of a child counts its parent's memory too.
    """
    begin, before, peak = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN), 0
    with subprocess.Popen([sys.executable, *arguments]) as process:
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            if found := re.search(r"VmHWM:\s*(\d+) kB", status.read_text()):
                peak = max(peak, int(found[1]))
            time.sleep(0.02)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begin, cpu, peak / 1024


def write_file(path: Path, size: int, seed: int = 0) -> int:
    """Write a file of `size` bytes or a little more; return how many records it has."""
    draw = random.Random(seed)
    written = records = 0
    with path.open("w", encoding="utf-8") as stream:
        written += stream.write('{"marches": {"marche": [')
        while written < size:
            record = made_up(records, draw)
            written += stream.write((",\n" if records else "\n") + json.dumps(record, ensure_ascii=False))
            records += 1
        stream.write('\n], "contrat-concession": []}}\n')
    return records


def made_up(number: int, draw: random.Random) -> dict[str, Any]:
    """A record of the format of 2022; of fifty one lacks its amount, and one repeats the record before."""
    record = {
        "id": f"2024M{number - (number % 50 == 17):08d}",
        "acheteur": {"id": siret(21_000_000 + (number // 50) % BUYERS)},
        "nature": "Marché",
        "objet": f"{draw.choice(OBJECTS)}, opération {number}",
        "codeCPV": draw.choice(["45442100-8", "77310000-6", "71000000-8"]),
        "techniques": {"technique": ["Sans objet"]},
        "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
        "marcheInnovant": False,
        "ccag": "Travaux",
        "offresRecues": draw.randint(1, 9),
        "attributionAvance": False,
        "typeGroupementOperateurs": "Pas de groupement",
        "sousTraitanceDeclaree": False,
        "procedure": "Procédure adaptée",
        "lieuExecution": {"code": "35000", "typeCode": "Code postal"},
        "dureeMois": draw.randint(1, 48),
        "dateNotification": f"{draw.randint(2019, 2025)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        "datePublicationDonnees": "2026-01-15",
        "montant": round(draw.uniform(40_000, 6_000_000), 2),
        "typesPrix": {"typePrix": ["Définitif ferme"]},
        "formePrix": "Forfaitaire",
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": siret(44_000_000 + number % 9_000)}}],
        "considerationsSociales": {"considerationSociale": draw.choice(SOCIAL)},
        "considerationsEnvironnementales": {
            "considerationEnvironnementale": ["Pas de considération environnementale"]
        },
        "modifications": [
            {
                "modification": {
                    "id": 1,
                    "dateNotificationModification": "2026-03-01",
                    "datePublicationDonneesModification": "2026-03-10",
                    "montant": round(draw.uniform(40_000, 6_000_000), 2),
                }
            }
        ]
        if number % 4 == 0
        else [],
    }
    if number % 50 == 3:
        record["montant"] = None
    return record


def siret(number: int) -> str:
    """A made-up SIRET that begins with these 8 figures and whose check digits hold."""
    siren = f"{number:08d}"
    siren += check_digit(siren)
    return siren + "0001" + check_digit(siren + "0001")


def check_digit(digits: str) -> str:
    """The figure that makes `digits` hold by the Luhn formula."""
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(digits)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


if __name__ == "__main__":
    sys.exit(main())
