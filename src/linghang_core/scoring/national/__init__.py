"""Evaluating a nation: subjects as columns, months sealed once counted, results as Parquet.

`run_nation` does it all; `roster` is who is rated, `sealing` keeps the months, `marking` turns
atoms into points, `output` writes and reads results.
"""

from linghang_core.scoring.national.marking import Marker, Marks
from linghang_core.scoring.national.output import Line
from linghang_core.scoring.national.roster import Coded, Roster
from linghang_core.scoring.national.running import Board, Run, find_overtaken, run_nation
from linghang_core.scoring.national.sealing import Seals

__all__ = [
    "Board",
    "Coded",
    "Line",
    "Marker",
    "Marks",
    "Roster",
    "Run",
    "Seals",
    "find_overtaken",
    "run_nation",
]
