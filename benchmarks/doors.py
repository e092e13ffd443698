"""Door to door by every mode with the answer's JSON, in the embedded city and in Porto Alegre; prints one JSON object.

Requests are random pairs of named places in the street area, at random times from 06:00 to 22:00 of one Wednesday, half
of them arrive-by; the same seed gives the same requests. A request begins with two coordinates and ends with the octets
that `/api/v6/plan` sends; what HTTP adds is `serve.py`'s matter. The embedded city has demand bus, shared bicycles and
light vehicles beside bus and rail; of Porto Alegre bus, rail and streets are known. No other planner is run beside, so
that there is nothing to compare the answers with here: `make test` does that on small cities.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from api.motis import PlanResponse
from api.motis_answer import plan_response
from benchmarks.random_requests import asked_each, milliseconds, requests
from planner.network import Network, open_network
from planner.plan import plan
from planner.request import PlanRequest, StreetMode
from scenarios.build import Sources, build_network
from scenarios.embedded import embedded_network

PORTO_ALEGRE = Path(__file__).resolve().parents[2] / "shared/data/osm/porto-alegre"
EMBEDDED_DAY, PORTO_ALEGRE_DAY = datetime(2026, 11, 25), datetime(2019, 5, 15)
EVERY_MODE = frozenset(StreetMode)
MIB = 1 << 10
"""Kibibytes, the unit of ru_maxrss on Linux, in one mebibyte."""

ANSWER = TypeAdapter(PlanResponse)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--embedded", type=Path, help="a built network of the embedded city; default: build one")
    parser.add_argument("--porto-alegre", type=Path, help="a built network of Porto Alegre; default: build one")
    options = parser.parse_args(arguments)
    results: dict[str, object] = {"load_average": round(os.getloadavg()[0], 2)}
    with tempfile.TemporaryDirectory() as room:
        embedded = open_network(options.embedded or embedded_network(Path(room)))
        results["embedded_city"] = latency(embedded, requests(embedded, EMBEDDED_DAY, options.queries, EVERY_MODE))
        if options.porto_alegre is not None or PORTO_ALEGRE.is_dir():
            guest = open_network(options.porto_alegre or built(Path(room) / "porto-alegre"))
            results["porto_alegre"] = latency(guest, requests(guest, PORTO_ALEGRE_DAY, options.queries, EVERY_MODE))
    results["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB
    print(json.dumps(results, indent=1))


def built(folder: Path) -> Path:
    timetables = [PORTO_ALEGRE / "poa_eptc.zip", PORTO_ALEGRE / "poa_trensurb.zip"]
    build_network(folder, Sources(timetables, PORTO_ALEGRE / "poa_osm.pbf"))
    return folder


def latency(network: Network, asked: Sequence[PlanRequest]) -> dict[str, float]:
    """Milliseconds per request, after two that nobody waits for: they compile and cut the day out."""
    for request in asked[:2]:
        answered(network, request)
    answers, seconds, failures = asked_each(asked, lambda request: answered(network, request))
    itineraries, octets, json_cpu = zip(*answers, strict=True)
    timed = milliseconds({**seconds, "cpu_of_json": json_cpu})
    counts = {"itineraries": sum(itineraries), "without_answer": itineraries.count(0), "failures": failures}
    return {"queries": len(asked), **timed, **counts, "mean_octets": sum(octets) // len(octets)}


def answered(network: Network, request: PlanRequest) -> tuple[int, int, float]:
    """Journeys found, octets of the answer, and CPU seconds that writing it took."""
    answer = plan(network, request)
    begin = time.thread_time()
    body = ANSWER.dump_json(plan_response(answer, request), by_alias=True, exclude_none=True)
    return len(answer.itineraries) + len(answer.direct), len(body), time.thread_time() - begin


if __name__ == "__main__":
    main()
