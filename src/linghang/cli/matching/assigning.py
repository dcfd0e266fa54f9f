"""`match assign` and `match people`: costs to the cheapest pairs, demands to people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import click

from linghang.cli.computing import EXISTING, print_json, refuse
from linghang_core.matching import assignment as core
from linghang_core.matching import people as core_people

BOM = b"\xef\xbb\xbf"  # editors on Windows put it before UTF-8


@click.command()
@click.argument("costs", type=EXISTING)
@click.option("--prices", is_flag=True, help="Add the prices that prove the total least.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def assign(costs: Path, prices: bool, as_json: bool) -> None:
    """Assign rows to columns at least total cost. COSTS is a JSON file: {"costs": [[1, 2], [3, null]]}.

    null forbids a cell. As many pairs as there can be; of those the cheapest. Rows and columns count
    from 0. A row left without a column is listed with the reason; the status is 1 where forbidden
    cells are the reason.
    """
    given = read_object(costs)
    if "costs" not in given:
        refuse(f'{costs.name}: "costs" is missing; needed is {{"costs": [[…]]}}')
    try:
        matrix = core.read_costs(given["costs"])
    except core.CostsError as error:
        refuse(f"{costs.name}: {error}")
    found = core.assign(matrix)
    plain = found.as_dict()
    if prices:
        plain["prices"] = core.certify(matrix, found).as_dict()
    if as_json:
        print_json(plain)
    else:
        for row, column in found.pairs:
            click.echo(f"row {row:5} column {column:5} {matrix[row, column]:14g}")
        click.echo(f"total {found.total:.15g}")
        for each in found.unmatched:
            click.echo(each.message)
        if prices:
            click.echo(f"no assignment costs less: gap {plain['prices']['gap']:.3g}")
    if any(each.reason.is_broken for each in found.unmatched):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("problem", type=EXISTING)
@click.option("--without-regret", is_flag=True, help="Leave out what each pair is worth (quicker).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def people(problem: Path, without_regret: bool, as_json: bool) -> None:
    """Match demands to people and teams. PROBLEM is a JSON file with demands and people.

    Optional keys: fixed (accepted matches, never moved), weights, metric, day. Hard rules are never
    broken; weights say what is better among what is allowed. Every match tells its terms and who came
    next, every demand left what stands in the way: then the status is 1, as where an accepted match
    breaks a rule now.
    """
    try:
        given = core_people.read_problem(problem.read_bytes().removeprefix(BOM))
    except core_people.ProblemError as error:
        refuse(f"{problem.name}: {error}")
    plan = core_people.plan_matches(given, with_regret=not without_regret)
    if as_json:
        print_json(plan.as_dict())
    else:
        for why in [m.why for m in plan.matches] + [u.why for u in plan.unmatched]:
            click.echo(why)
        click.echo(f"total {plan.total:.6g}")
        for when, even in (("before", plan.before), ("after", plan.after)):
            click.echo(
                f"load {when}: most - least {even.max_min}, Gini {even.gini:.3f}, Jain {even.jain:.3f}"
            )
    if not plan.is_clean:
        raise click.exceptions.Exit(1)


def read_object(path: Path) -> dict[str, Any]:
    """Return the object of a JSON file, or refuse with one message. NaN and infinities are refused."""

    def refuse_constant(name: str) -> NoReturn:
        refuse(f"{path.name}: {name} is no number of JSON; write null to forbid a cell")

    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=refuse_constant)
    except UnicodeDecodeError:
        refuse(f"{path.name} is not UTF-8; save it as UTF-8.")
    except json.JSONDecodeError as error:
        refuse(f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}")
    except (RecursionError, ValueError) as error:
        refuse(f"{path.name}: {error}")
    if not isinstance(found, dict):
        refuse(f"{path.name}: an object is needed, {{…}}")
    return found
