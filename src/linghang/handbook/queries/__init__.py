"""Reads of the handbook: versions (`versions`), records read once (`records`), verdicts (`judging`, `sheets`)."""
