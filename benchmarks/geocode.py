"""How long it takes to find a place by its name; prints one JSON object.

Names of the embedded city's places, and of twenty thousand made ones, as people type them: whole, begun, with a slip.
Milliseconds of CPU time of one thread, the second time each is asked.
"""

import json
import random
import time

import numpy as np

from api.cli_network import cache_folder
from planner.geocoding import PlaceIndex, place_index, search
from planner.network import open_network
from planner.places import NamedPlace, PlaceKind, pack_places
from scenarios.embedded import embedded_network

SEED, QUERIES, MADE = 42, 300, 20_000


def main() -> None:
    places = open_network(embedded_network(cache_folder())).snapshot.places
    names = [name for column in (places.names, *places.translations.values()) for name in column if len(name) > 2]
    syllables = "かきくけこさしすせそたちつてとなにぬねのはひふへほ"
    made = [syllables[i % 25] + syllables[i // 25 % 25] + syllables[i // 625 % 25] + "まくはり" for i in range(MADE)]
    index = place_index(pack_places([NamedPlace(name, {"": name}, 35.6, 140.0, PlaceKind.STOP) for name in made]))
    print(json.dumps({"embedded": measured(place_index(places), names), "made": measured(index, made)}, indent=1))


def measured(index: PlaceIndex, names: list[str]) -> dict[str, float]:
    dice = random.Random(SEED)
    asked = [typed(dice.choice(names), dice) for _ in range(QUERIES)]
    took = []
    for text in asked:
        search(index, text)
        begin = time.thread_time()
        search(index, text)
        took.append(1e3 * (time.thread_time() - begin))
    median, p99 = np.percentile(took, [50, 99])
    return {"names": len(names), "median_ms": round(float(median), 2), "p99_ms": round(float(p99), 2)}


def typed(name: str, dice: random.Random) -> str:
    """The name, its beginning, or the name without one of its letters."""
    at = dice.randrange(1, len(name))
    return dice.choice([name, name[: at + 1], name[:at] + name[at + 1 :]])


if __name__ == "__main__":
    main()
