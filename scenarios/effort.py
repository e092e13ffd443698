"""What playing a city's replications took: CPU time over travellers, questions, latency of demand-bus decisions."""

from pathlib import Path

import msgspec
import numpy as np

from simulator.city import Effort

EFFORTS = "effort"

PERCENTILES = (50, 90, 99, 100)


class EffortRecord(msgspec.Struct, frozen=True):
    """What ``effort/0000.json`` says.

    Attributes
    ----------
    questions, from_kept : int
        To the planner; those answered from kept answers.
    decisions : int
        Bookings a demand bus was asked for.
    decision_ms : dict of str to float
        How long they took on the clock: "p50", "p90", "p99", "p100".
    growth : list of (int, float)
        Travellers that had set out, and CPU seconds used by then.
    """

    questions: int
    from_kept: int
    decisions: int
    decision_ms: dict[str, float]
    growth: list[tuple[int, float]]


def effort_json(effort: Effort) -> bytes:
    """A day's effort, to be kept."""
    taken_ms = 1000 * np.array(effort.latencies_s)
    values = np.percentile(taken_ms, PERCENTILES).tolist() if len(taken_ms) else []
    named = {f"p{percent}": round(value, 3) for percent, value in zip(PERCENTILES, values, strict=False)}
    growth = [(count, round(cpu_s, 3)) for count, cpu_s in effort.growth]
    return msgspec.json.encode(EffortRecord(effort.asked, effort.kept, len(taken_ms), named, growth))


def read_efforts(run: Path) -> list[EffortRecord]:
    """By replication what a run took; nothing of a line's."""
    files = sorted((run / EFFORTS).glob("*.json"))
    return [msgspec.json.decode(file.read_bytes(), type=EffortRecord) for file in files]
