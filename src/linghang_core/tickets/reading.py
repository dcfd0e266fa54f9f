"""Demands out of a table: texts, titles, labels, with what is wrong with a row listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from linghang_core.findings import Finding
from linghang_core.tickets.cells import spell_column
from linghang_core.tickets.text import looks_segmented, normalise


class DemandsError(ValueError):
    """The table cannot be used at all; the message names the place and the remedy."""


@dataclass(frozen=True)
class Demands:
    """Texts that can be used, each with its row of the file (the heading is row 1).

    `labels` and `identities` are empty without such a column. `segmented` says whether the words
    stand between blanks already.
    """

    rows: tuple[int, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    identities: tuple[str, ...]
    segmented: bool
    findings: tuple[Finding, ...]


def read_demands(
    table: pd.DataFrame,
    *,
    text: str,
    title: str | None = None,
    label: str | None = None,
    identity: str | None = None,
    segmented: bool | None = None,
    rows: Sequence[int] | None = None,
) -> Demands:
    """Return the demands of a table; rows without text or, where asked for, label are left out.

    A title counts twice and stands before the text: it names the matter in few words. Whether text
    is segmented is looked up in it unless said. `rows` are the rows of the file the table's stand in,
    where they do not follow one another. Raises `DemandsError` for a missing column and for
    a table without any usable row.
    """
    wanted = {"text": text, "title": title, "label": label, "identity": identity}
    columns = {role: _take(table, name) for role, name in wanted.items() if name is not None}
    if not len(table):
        raise DemandsError("the file has no rows below its heading")
    titles = columns.get("title", [""] * len(table))
    texts = [
        f"{head} {head} {body}".strip() for head, body in zip(titles, columns["text"], strict=True)
    ]
    stand = range(2, len(table) + 2) if rows is None else [int(row) for row in rows]
    findings, kept = [], []
    for place, words in enumerate(texts):
        problem = _judge(words, columns["label"][place] if label else None)
        if problem:
            code, message, role = problem
            column = (wanted[role] or "") if role != "text" else text
            findings.append(Finding(stand[place], code, message, "error", column))
        else:
            kept.append(place)
    if not kept:
        raise DemandsError(
            f"no row has {'text and label' if label else 'text'}: {findings[0].message}"
        )
    found = tuple(texts[place] for place in kept)
    return Demands(
        rows=tuple(stand[place] for place in kept),
        texts=found,
        labels=tuple(columns["label"][place] for place in kept) if label else (),
        identities=tuple(columns["identity"][place] for place in kept) if identity else (),
        segmented=looks_segmented(sorted(found)) if segmented is None else segmented,
        findings=tuple(findings),
    )


def _take(table: pd.DataFrame, name: str) -> list[str]:
    """Return the values of a column as text, an empty cell as nothing."""
    known = {str(column).strip(): column for column in table.columns}
    if name.strip() not in known:
        have = ", ".join(known)
        raise DemandsError(f"column {name} is missing; the file has {have or 'no columns'}")
    values = table[known[name.strip()]]
    return spell_column(values)


def _judge(words: str, label: str | None) -> tuple[str, str, str] | None:
    """Return code, message and role of what keeps a row out, if anything."""
    if not any(char.isalnum() for char in normalise(words)):
        return (
            "no_text",
            "no letter or character to read; write the demand or delete the row",
            "text",
        )
    if label == "":
        return "no_label", "no label; label the row or delete it", "label"
    return None
