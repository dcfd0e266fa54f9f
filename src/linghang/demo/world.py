"""Who there is: seven bureaus, their Party and business units, their people and posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from linghang.demo import names


@dataclass(frozen=True)
class Size:
    """How large a bureau is, and how well it does on the whole."""

    code: str
    name: str
    offices: int
    centres: int
    stations: int
    members: int
    diligence: float


# Sizes after the seven bureaus of the two articles; the names are invented.
FULL = (
    Size("gy", "示范高原供电公司", 9, 6, 11, 470, 0.90),
    Size("cd", "示范城东供电公司", 10, 7, 11, 520, 0.93),
    Size("tg", "示范特高压公司", 8, 9, 5, 430, 0.95),
    Size("hw", "示范海湾供电公司", 10, 8, 16, 690, 0.91),
    Size("hy", "示范淮原供电公司", 8, 6, 10, 450, 0.88),
    Size("gs", "示范桂山供电公司", 5, 3, 6, 250, 0.86),
    Size("yl", "示范云岭供电公司", 5, 3, 6, 240, 0.89),
)
SMALL = (Size("hw", "示范海湾供电公司", 2, 2, 3, 70, 0.9),)


@dataclass
class Branch:
    """A branch with the business unit it covers and how diligent it is (0 to 1)."""

    name: str
    parent: str
    kind: str  # office, centre, station
    business_unit: str
    established_on: date
    term_from: date
    diligence: float
    members: list[Member] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    @property
    def team(self) -> str:
        """Return the name of its service team."""
        return f"{self.business_unit}党员服务队"


@dataclass
class Member:
    """A member with everything the roster asks."""

    name: str
    identity_number: str
    male: bool
    born_on: date
    ethnic_group: str
    education: str
    job: str
    phone: str
    address: str
    joined_on: date
    full_on: date | None
    is_floating: bool
    diligence: float
    posts: list[str] = field(default_factory=list)
    key: int = 0


@dataclass
class Bureau:
    """A bureau: its Party committee, general branches, branches, and the people of its own."""

    size: Size
    committee: str
    general_branches: dict[str, list[Branch]]
    leaders: list[Member]

    @property
    def branches(self) -> list[Branch]:
        """Return every branch, in the order of the general branches."""
        return [branch for group in self.general_branches.values() for branch in group]


def invent_bureaus(today: date, sizes: tuple[Size, ...]) -> list[Bureau]:
    """Return the bureaus; the same day gives the same people."""
    return [_invent_bureau(size, today, Random(f"linghang-{size.code}")) for size in sizes]


def _invent_bureau(size: Size, today: date, random: Random) -> Bureau:
    used: set[str] = set()
    general: dict[str, list[Branch]] = {"机关党总支": [], "生产党总支": [], "基层供电所党总支": []}
    for number, name in enumerate(names.OFFICES[: size.offices]):
        general["机关党总支"].append(
            _invent_branch(name, "机关党总支", "office", size, today, random, number)
        )
    for number, name in enumerate(names.CENTRES[: size.centres]):
        general["生产党总支"].append(
            _invent_branch(name, "生产党总支", "centre", size, today, random, number)
        )
    start = random.randrange(0, len(names.STATIONS) - size.stations + 1)
    for number, name in enumerate(names.STATIONS[start : start + size.stations]):
        general["基层供电所党总支"].append(
            _invent_branch(
                f"{name}供电所", "基层供电所党总支", "station", size, today, random, number
            )
        )
    branches = [branch for group in general.values() for branch in group]
    # A branch set up lately: too young to be rated.
    branches[-1].established_on = branches[-1].term_from = today - timedelta(days=50)
    _fill_branches(branches, size.members, used, today, random)
    leaders = [_invent_member(random, used, today, office=True) for _n in range(5)]
    for leader, post in zip(
        leaders,
        ("committee_secretary", "committee_leader", "committee_leader", "supervisor", "officer"),
        strict=True,
    ):
        leader.posts.append(post)
    branches[0].members.extend(leaders)
    return Bureau(size, f"中共{size.name}委员会", general, leaders)


def _invent_branch(
    business: str, parent: str, kind: str, size: Size, today: date, random: Random, number: int
) -> Branch:
    struggling = number % 7 == 3  # some units do badly, in every bureau and every field
    diligence = size.diligence - (
        random.uniform(0.28, 0.42) if struggling else random.uniform(-0.08, 0.12)
    )
    established = date(
        random.randrange(1996, 2020), random.randrange(1, 13), random.randrange(1, 28)
    )
    # Most terms of three years run; a few have just ended, as everywhere.
    years = random.choices((1, 2, 3), (5, 4, 1))[0]
    term_from = date(today.year - years, random.randrange(1, 12), random.randrange(1, 28))
    return Branch(
        f"{business}党支部", parent, kind, business, established, term_from, min(0.99, diligence)
    )


def _fill_branches(
    branches: list[Branch], members: int, used: set[str], today: date, random: Random
) -> None:
    weights = [
        {"office": 1.0, "centre": 1.7, "station": 0.6}[b.kind] * random.uniform(0.7, 1.5)
        for b in branches
    ]
    spare = members - 5 * len(branches)
    for branch, weight in zip(branches, weights, strict=True):
        count = 5 + round(spare * weight / sum(weights))
        branch.members = [
            _invent_member(random, used, today, office=branch.kind == "office")
            for _n in range(count)
        ]
        full = [m for m in branch.members if m.full_on]
        posts = (
            ["secretary", "organisation_member", "publicity_member", "discipline_member"]
            if len(full) >= 7
            else ["secretary"]
        )
        for member, post in zip(full, posts, strict=False):
            member.posts.append(post)
        if count >= 14:
            branch.groups = [
                f"{branch.business_unit}{word}党小组"
                for word in ("一班", "二班", "三班")[: 2 + (count > 30)]
            ]
            for member, _group in zip(full[len(posts) :], branch.groups, strict=False):
                member.posts.append("group_leader")


def _invent_member(random: Random, used: set[str], today: date, *, office: bool) -> Member:
    male = random.random() < 0.68
    born = date(
        today.year - random.randrange(24, 59), random.randrange(1, 13), random.randrange(1, 28)
    )
    joined = date(
        born.year + random.randrange(19, 19 + max(2, today.year - born.year - 20)),
        random.randrange(1, 13),
        random.randrange(1, 28),
    )
    joined = min(joined, today - timedelta(days=200))
    full = joined + timedelta(days=366 + random.randrange(0, 25))
    return Member(
        name=names.invent_person_name(random, used),
        identity_number=names.invent_identity_number(random, born, male=male),
        male=male,
        born_on=born,
        ethnic_group=names.draw(random, names.GROUPS),
        education=names.draw(random, names.EDUCATION),
        job=random.choice(names.OFFICE_JOBS if office else names.FIELD_JOBS),
        phone=f"199{random.randrange(10**8):08d}",
        address=f"{random.choice(names.DISTRICTS)}{random.choice(names.STREETS)}{random.randrange(1, 300)}号",
        joined_on=joined,
        full_on=full if full < today else None,
        is_floating=random.random() < 0.03,
        diligence=min(0.995, max(0.4, random.gauss(0.93, 0.06))),
    )
