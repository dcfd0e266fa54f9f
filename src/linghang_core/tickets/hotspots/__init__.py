"""Hot spots: what many people say about one place or one problem in a stretch of time."""

from linghang_core.tickets.hotspots.heat import WEIGHTS, Heat, measure_heat
from linghang_core.tickets.hotspots.leading import Gathering, Leaders
from linghang_core.tickets.hotspots.places import are_alike, find_places, shorten
from linghang_core.tickets.hotspots.topics import Hotspots, Topic, find_hotspots

__all__ = [
    "WEIGHTS",
    "Gathering",
    "Heat",
    "Hotspots",
    "Leaders",
    "Topic",
    "are_alike",
    "find_hotspots",
    "find_places",
    "measure_heat",
    "shorten",
]
