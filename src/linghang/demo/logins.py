"""Who may sign in to the demo."""

from __future__ import annotations

from linghang.demo import diagnosis, world
from linghang.people import api as people
from linghang.people.models import Person

PASSWORD = "Linghang-2026"  # noqa: S105  printed at every start: the demo is for trying
LOGINS = (
    ("officer", "党建专责 Party-affairs officer of a bureau"),
    ("leader", "党委书记 committee leader"),
    ("secretary", "党支部书记 branch secretary"),
    ("member", "党员 member"),
    ("supervisor", "纪检监督 supervisor"),
    ("expert", "专家 expert of the diagnosis rounds"),
    ("admin", "系统管理员 system administrator"),
    (
        "newcomer",
        "新单位党建专责 officer of a bureau that has brought nothing in yet: try the import",
    ),
)


def describe_logins(address: str) -> str:
    """Return where the demo is served and who may sign in."""
    rows = "\n".join(f"    {name:12} {words}" for name, words in LOGINS)
    return f"\n{address}\n演示账号，密码均为 log-ins, all with the password: {PASSWORD}\n{rows}\n"


def give_logins(bureau: world.Bureau, persons: dict[str, Person], *, main: bool) -> None:
    """Give log-ins to those whose posts the demo is shown from; other bureaus end in their code."""
    suffix = "" if main else f"-{bureau.size.code}"
    branch = next(b for b in bureau.branches if b.kind == "station")
    holders = {
        "officer": next(m for m in bureau.leaders if "officer" in m.posts),
        "leader": next(m for m in bureau.leaders if "committee_secretary" in m.posts),
        "supervisor": next(m for m in bureau.leaders if "supervisor" in m.posts),
        "secretary": next(m for m in branch.members if "secretary" in m.posts),
        "member": next(m for m in branch.members if not m.posts),
    }
    if main:
        holders["expert"] = diagnosis.choose_experts(bureau)[0]
    people.create_logins(
        logins=[(persons[m.name], f"{name}{suffix}") for name, m in holders.items()],
        password=PASSWORD,
        actor=None,
        must_change_password=False,
    )
