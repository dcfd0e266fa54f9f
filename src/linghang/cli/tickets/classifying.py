"""`tickets evaluate`, `train` and `classify`: classes of customer demands."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click

from linghang.cli.computing import EXISTING, print_json, read_sheet, refuse
from linghang_core.findings import Finding
from linghang_core.tickets import classification as core
from linghang_core.tickets.reading import Demands, DemandsError, read_demands

TEXT = click.option("--text", required=True, help="Column of the text.")
LABEL = click.option("--label", required=True, help="Column of the class.")
TITLE = click.option("--title", help="Column of a title, which counts twice.")
SEGMENTED = click.option(
    "--segmented/--raw",
    default=None,
    help="Whether blanks stand between the words; looked up in the text unless said.",
)
SEED = click.option("--seed", type=int, default=0, show_default=True, help="Of the folds.")
PRECISION = click.option(
    "--precision",
    type=click.FloatRange(0.5, 1),
    default=0.95,
    show_default=True,
    help="How often a decision called sure has to be right.",
)
EMBEDDER = click.option(
    "--embedder", help="A model of your own: module:name of an object with `name` and `embed`."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("file", type=EXISTING)
@TEXT
@LABEL
@TITLE
@SEGMENTED
@click.option("--folds", type=click.IntRange(min=2), default=5, show_default=True)
@SEED
@PRECISION
@EMBEDDER
@JSON
def evaluate(file: Path, as_json: bool, **options: Any) -> None:
    """Cross-validate a classifier on the labelled demands of FILE (CSV or Excel).

    Exact copies are counted once, near copies stand in one fold: no copy is on both sides.
    """
    try:
        demands = _read(file, options)
        found = core.evaluate(
            demands,
            folds=options["folds"],
            seed=options["seed"],
            precision=options["precision"],
            embedder=_find_embedder(options["embedder"]),
        )
    except ValueError as error:
        refuse(f"{file.name}: {error}")
    if as_json:
        print_json(found.as_dict())
    else:
        _print_evaluation(found)
    _leave(found.findings)


@click.command()
@click.argument("file", type=EXISTING)
@TEXT
@LABEL
@TITLE
@SEGMENTED
@click.option(
    "--model",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write.",
)
@SEED
@PRECISION
@EMBEDDER
@JSON
def train(file: Path, model: Path, as_json: bool, **options: Any) -> None:
    """Train a classifier on the labelled demands of FILE and write it to a file.

    The file holds numbers and text only, with a digest; opening it runs no code.
    """
    try:
        found = core.train(
            _read(file, options),
            seed=options["seed"],
            precision=options["precision"],
            embedder=_find_embedder(options["embedder"]),
        )
        digest = core.save(found.model, model)
    except (ValueError, OSError) as error:
        refuse(f"{file.name}: {error}")
    if as_json:
        print_json(found.as_dict() | {"model": str(model), "digest": digest})
    else:
        click.echo(f"{model}: {found.model.rows} texts, digest {digest}")
        for label, words in found.model.words.items():
            click.echo(f"{label}: {' '.join(words)}")
        _print_findings(found.findings)
    _leave(found.findings)


@click.command()
@click.argument("file", type=EXISTING)
@TEXT
@TITLE
@click.option("--id", "identity", help="Column that names a row.")
@click.option("--model", type=EXISTING, required=True, help="A file that `train` wrote.")
@click.option("--words", type=click.IntRange(min=0), default=5, show_default=True)
@EMBEDDER
@JSON
def classify(file: Path, model: Path, as_json: bool, **options: Any) -> None:
    """Give each demand of FILE its class, with probability, whether it is sure, and why."""
    try:
        known = core.load(model)
        demands = _read(file, options | {"segmented": known.segmented})
        decisions = core.classify(
            known,
            demands.texts,
            top=options["words"],
            embedder=_find_embedder(options["embedder"]),
        )
        rows = [decision.as_dict() for decision in decisions]
    except core.ModelError as error:
        refuse(str(error))
    except ValueError as error:
        refuse(f"{file.name}: {error}")
    for place, row in enumerate(rows):
        row["row"] = demands.rows[place]
        if demands.identities:
            row["id"] = demands.identities[place]
    if as_json:
        sure = sum(row["sure"] for row in rows) / len(rows)
        quality = [finding.as_dict() for finding in demands.findings]
        print_json({"rows": rows, "coverage": sure, "quality": quality})
    else:
        for row in rows:
            mark = "" if row["sure"] else " ?"
            told = " ".join(row["words"])
            click.echo(
                f"{row.get('id', row['row'])}\t{row['label']}{mark}\t{row['probability']:.2f}\t{told}"
            )
        _print_findings(demands.findings)
    _leave(demands.findings)


def _read(file: Path, options: dict[str, Any]) -> Demands:
    sheet = read_sheet(file)
    demands = read_demands(
        sheet.table,
        text=options["text"],
        title=options["title"],
        label=options.get("label"),
        identity=options.get("identity"),
        segmented=options["segmented"],
        rows=sheet.rows.tolist(),
    )
    return replace(demands, findings=sheet.findings + demands.findings)


def _find_embedder(name: str | None) -> core.Embedder | None:
    """Return the operator's own model of meaning; it is code of theirs, and runs as such."""
    if name is None:
        return None
    module, _colon, attribute = name.partition(":")
    try:
        return cast("core.Embedder", getattr(importlib.import_module(module), attribute))
    except (ImportError, AttributeError, ValueError) as error:
        raise DemandsError(f"--embedder {name}: write module:name ({error})") from error


def _print_evaluation(found: core.Evaluation) -> None:
    click.echo(f"macro F1 {found.macro_f1:.4f}, micro F1 {found.micro_f1:.4f}, {found.rows} texts")
    click.echo(f"{found.duplicates_removed} exact copies counted once, {found.folds} folds")
    sure = "-" if found.sure_accuracy is None else f"{found.sure_accuracy:.1%}"
    click.echo(f"sure of {found.coverage:.1%}, of these right {sure}")
    for label, row in found.per_class.items():
        click.echo(
            f"{label}\tprecision {row['precision']:.3f}\trecall {row['recall']:.3f}"
            f"\tF1 {row['f1']:.3f}\t{row['support']} texts"
        )
    _print_findings(found.findings)


def _print_findings(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        click.echo(f"row {finding.row}: {finding.severity}: {finding.message}")


def _leave(findings: tuple[Finding, ...]) -> None:
    if any(finding.severity == "error" for finding in findings):
        raise click.exceptions.Exit(1)
