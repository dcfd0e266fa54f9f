"""Who gets what from every address: one line for each, and nobody reads another's secrets.

An address without a line fails. Every request is rolled back, so that the order does not matter.
"""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.urls.resolvers import URLPattern

from linghang.evaluation.models import Score
from linghang.org.mapping import list_unit_panels
from linghang.org.models import Unit
from linghang.people.mapping import list_person_panels
from linghang.people.models import Person
from tests.walking import ask, list_live, read_text, walk
from tests.world import World, build_world, person_totals, secrets_of

READERS = (
    "anonymous",  # nobody
    "stranger",  # the officer of another bureau
    "admin",  # the system administrator, who holds no post
    "member",  # a member of the branch
    "colleague",  # another member of the same branch
    "secretary",  # of the branch
    "other",  # the secretary of another branch of the bureau
    "leader",
    "supervisor",
    "officer",
)
BODIES = {  # what acts on several objects are sent
    "evaluation:start": {"root": "committee", "period": "2026-10"},
    "evaluation:publish": {"run": "waiting_run"},
    "evaluation:close": {"publication": "publication"},
}
OPEN = {
    "campaigns:public",
    "accounts:login",
    "accounts:logout",
    "evaluation:rules",  # of anybody's results it shows nothing
    "notices:calendar",  # its token is the key: calendar programs cannot sign in
    "set_language",
    "ui:manifest",
    "ui:style",
    "ui:theme",
}
DJANGOS_OWN = {"accounts:logout", "set_language"}  # views of Django that take POST
TABLES = Path(__file__).parent / "tables" / "permissions"  # one file an app


@pytest.fixture(autouse=True)
def _quiet():
    """Refusals are what is asked for here: thousands of log lines would hide what is not."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.LAKE_DIR = tmp_path / "lake"
    return build_world()


@pytest.fixture
def clients(world) -> dict[str, Client]:
    found = {}
    for name, user in world.users().items():
        found[name] = Client()
        if user is not None:
            found[name].force_login(user)
    return found


def find_address(world: World, name: str, given: str) -> str:
    """Return the address; each part of `given` names an object of the world or stands for itself."""
    parts = [] if given == "-" else given.split("/")
    return reverse(name, args=[_key(world, part) for part in parts])


def _key(world: World, part: str):
    found = world.objects.get(part, part)
    return getattr(found, "code", None) if part == "batch" else getattr(found, "pk", found)


def takes_posts(name: str, pattern: URLPattern) -> bool:
    """Return whether the view reads what is sent: then it needs a line for POST as well."""
    source = inspect.getsource(inspect.unwrap(pattern.callback))
    return bool(re.search(r'request\.POST|require_POST|"POST"', source)) or name in DJANGOS_OWN


def read_lines(folder: Path) -> list[str]:
    """Return the lines of every app's table."""
    files = sorted(folder.glob("*.txt"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def read_table() -> list[tuple[str, str, str, dict[str, int]]]:
    found = []
    for line in read_lines(TABLES):
        if line.strip() and not line.startswith("#"):
            method, name, given, *statuses = line.split()
            assert len(statuses) == len(READERS), line
            found.append((method, name, given, dict(zip(READERS, map(int, statuses), strict=True))))
    return found


def test_every_address_has_its_line():
    written = {(method, name) for method, name, _given, _statuses in read_table()}
    addresses = dict(walk())
    needed = {("GET", name) for name in addresses}
    needed |= {("POST", name) for name, each in addresses.items() if takes_posts(name, each)}
    assert (sorted(needed - written), sorted(written - needed)) == ([], [])


def test_every_view_says_what_it_asks_for():
    """Log-in, theme, language and the manifest stand open; all others ask at least for a log-in."""
    bare = {name for name, each in walk() if not hasattr(each.callback, "permissions")}
    assert bare == OPEN


@pytest.mark.parametrize("half", [0, 1])  # two processes share the work
def test_every_reader_gets_what_the_table_says(world, clients, half):
    """Whoever asks meets the same rules on both databases; PostgreSQL is asked by those who see most."""
    readers = READERS if connection.vendor == "sqlite" else ("secretary", "supervisor", "officer")
    wrong = []
    for method, name, given, expected in read_table()[half::2]:
        address, data = find_address(world, name, given), find_data(world, method, name)
        for reader, status in ((reader, expected[reader]) for reader in readers):
            answer = ask(clients[reader], method, address, data)
            if answer.status_code != status:
                wrong.append(f"{method} {name} {given} {reader}: {answer.status_code} != {status}")
            elif reader == "anonymous" and name not in OPEN and not asks_to_sign_in(answer):
                wrong.append(f"{method} {name} {given}: lets nobody through")
    assert wrong == []


def asks_to_sign_in(answer) -> bool:
    return answer.status_code == 405 or answer.url.startswith(reverse("accounts:login"))


def find_data(world: World, method: str, name: str) -> dict[str, object]:
    """Return what is sent: acts on several objects name them in the body."""
    given = BODIES.get(name, {}) if method == "POST" else {}
    return {field: _key(world, part) for field, part in given.items()}


# -- nobody reads another's secrets ----------------------------------------------------------------


def every_address(world: World, client: Client) -> Iterator[str]:
    """Yield every address that may show the reader something, and the queries that name somebody."""
    named = {each.pk for each in world.objects.values() if hasattr(each, "pk")}  # a token has none
    words = {
        "code": [world.objects["batch"].code, "organisation-life"],
        "criterion": ["D1-1", "D2-1", "D3-1", "D3-2"],
        "dimension": ["D1"],
        "kind": ["theme_day"],
        "side": ["counted", "unmet"],
        "period": ["2026-10"],
        "number": [1],
        "task": [world.objects["reading_task"].pk],
        "token": [world.objects["feed_token"]],
    }
    yield from list_live(client, words, named | set(_keys(Person, Score)))
    people, units = _keys(Person), _keys(Unit)
    yield from (
        f"{reverse('people:person', args=[p])}?tab={t.name}"
        for p in people
        for t in list_person_panels()
    )
    yield from (
        f"{reverse('org:unit', args=[u])}?tab={t.name}" for u in units for t in list_unit_panels()
    )
    yield from (f"{reverse('ledger:timeline')}?person={p}" for p in people)
    for name in ("ledger:timeline", "ledger:export", "worklists:tasks", "service:visits"):
        yield from (f"{reverse(name)}?unit={u}" for u in units)
    for name in ("portal:search", "people:search"):
        yield from (f"{reverse(name)}?q={quote(p.name)}" for p in Person.objects.all())


def _keys(*models) -> list[int]:
    return [pk for model in models for pk in model.objects.values_list("pk", flat=True)]


# Where the pen goes is measured in pixels, not in points: a corner at 35.8 is nobody's total.
DRAWN = re.compile(r'<polyline points="[^"]*"')


class Secrets:
    """What is sensitive of some persons, and their score totals, looked for in one go."""

    def __init__(self, persons: list[Person], totals: dict[int, set[str]]) -> None:
        self.words: dict[str, list[str]] = {}
        self.totals: dict[str, list[str]] = {}
        for person in persons:
            for what, secret in secrets_of(person).items():
                self.words.setdefault(secret, []).append(f"{person}: {what}")
            for total in totals.get(person.pk, ()):
                self.totals.setdefault(total.rstrip("0"), []).append(f"{person}: score {total}")
        numbers = "|".join(map(re.escape, self.totals)) or "(?!)"
        self.numbers = re.compile(rf"(?<![\d.])({numbers})0*(?!\d)")

    def find(self, text: str) -> list[str]:
        """Return whose secrets the text shows."""
        shown = [name for secret, names in self.words.items() if secret in text for name in names]
        for total in sorted(set(self.numbers.findall(DRAWN.sub("", text)))):
            shown += self.totals[total]
        return shown


@pytest.mark.slow  # thousands of pages: asked on one database, the table above on both
@pytest.mark.parametrize("reader", ["member", "other", "admin"])
def test_no_page_shows_another_persons_secrets(world, clients, reader):
    user = world.users()[reader]
    totals = {pk: found - {"0.00"} for pk, found in person_totals().items()}
    secrets = Secrets(list(Person.objects.exclude(user=user)), totals)
    shown, read = {}, 0
    for address in every_address(world, clients[reader]):
        response = ask(clients[reader], "GET", address)
        if response.status_code == 200:
            read += 1
            if found := secrets.find(read_text(response)):
                shown[address] = found
    assert shown == {}
    assert read > 100  # the walk has not lost its way


def test_the_search_for_secrets_finds_them(world, clients):
    """The officer, who may, is shown them: the test above does not look past its target."""
    totals = person_totals()
    page = ask(clients["officer"], "GET", find_address(world, "evaluation:score", "member_score"))
    assert Secrets([world.bureau.member], totals).find(read_text(page))
    page = clients["officer"].post(
        find_address(world, "people:reveal", "member"), {"reason": "核对档案"}
    )
    assert Secrets([world.bureau.member], {}).find(read_text(page)) == [
        "林晓禾: identity number",
        "林晓禾: telephone number",
        "林晓禾: address",
    ]
