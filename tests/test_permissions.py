"""Who gets what from every address: one line for each, and nobody reads another's secrets.

An address without a line fails. Every request is rolled back, so that the order does not matter.
"""

from __future__ import annotations

import copy
import inspect
import io
import itertools
import logging
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from linghang.evaluation.models import Score
from linghang.org.mapping import list_unit_panels
from linghang.org.models import Unit
from linghang.people.mapping import list_person_panels
from linghang.people.models import Person
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
    "accounts:login",
    "accounts:logout",
    "set_language",
    "ui:manifest",
    "ui:style",
    "ui:theme",
}
DJANGOS_OWN = {"accounts:logout", "set_language"}  # views of Django that take POST
TABLE = """
#    address                    object                     anon stra admi memb coll secr othe lead supe offi
GET  portal:home                -                          302  200  200  200  200  200  200  200  200  200
GET  portal:search              -                          302  200  200  200  200  200  200  200  200  200
GET  portal:notices             -                          302  200  200  200  200  200  200  200  200  200
GET  portal:jobs                -                          302  200  200  200  200  200  200  200  200  200
GET  portal:job                 job                        302  404  200  404  404  404  404  404  404  200
GET  portal:cancel-job          job                        302  405  405  405  405  405  405  405  405  405
POST portal:cancel-job          job                        302  404  302  404  404  404  404  404  404  302
GET  portal:audit               -                          302  403  200  403  403  403  403  403  200  403
GET  portal:act                 act                        302  403  200  403  403  403  403  403  200  403

GET  accounts:login             -                          200  302  302  302  302  302  302  302  302  302
POST accounts:login             -                          422  302  302  302  302  302  302  302  302  302
GET  accounts:logout            -                          405  405  405  405  405  405  405  405  405  405
POST accounts:logout            -                          302  302  302  302  302  302  302  302  302  302
GET  accounts:profile           -                          302  302  302  302  302  302  302  302  302  302
GET  accounts:password          -                          302  200  200  200  200  200  200  200  200  200
POST accounts:password          -                          302  422  422  422  422  422  422  422  422  422
GET  accounts:users             -                          302  403  200  403  403  403  403  403  403  403
GET  accounts:add-user          -                          302  403  200  403  403  403  403  403  403  403
POST accounts:add-user          -                          302  403  422  403  403  403  403  403  403  403
GET  accounts:user              member_user                302  403  200  403  403  403  403  403  403  403
GET  accounts:switch-active     member_user                302  403  405  403  403  403  403  403  403  403
POST accounts:switch-active     member_user                302  403  302  403  403  403  403  403  403  403

GET  org:tree                   -                          302  200  403  200  200  200  200  200  200  200
GET  org:add                    -                          302  200  403  403  403  403  403  403  403  200
POST org:add                    -                          302  422  403  403  403  403  403  403  403  422
GET  org:unit                   branch                     302  404  403  200  200  200  404  200  200  200
GET  org:unit                   committee                  302  404  403  404  404  404  404  200  200  200
GET  org:unit                   station                    302  404  403  200  200  200  404  200  200  200
GET  org:edit                   branch                     302  404  403  403  403  403  404  403  403  200
POST org:edit                   branch                     302  404  403  403  403  403  404  403  403  422
GET  org:coverage               branch                     302  404  403  403  403  403  404  403  403  200
POST org:coverage               branch                     302  404  403  403  403  403  404  403  403  422
GET  org:rename                 branch                     302  404  403  403  403  403  404  403  403  200
POST org:rename                 branch                     302  404  403  403  403  403  404  403  403  422
GET  org:move                   branch                     302  404  403  403  403  403  404  403  403  200
POST org:move                   branch                     302  404  403  403  403  403  404  403  403  422
GET  org:merge                  branch                     302  404  403  403  403  403  404  403  403  200
POST org:merge                  branch                     302  404  403  403  403  403  404  403  403  422
GET  org:split                  branch                     302  404  403  403  403  403  404  403  403  200
POST org:split                  branch                     302  404  403  403  403  403  404  403  403  422
GET  org:dissolve               branch                     302  404  403  403  403  403  404  403  403  200
POST org:dissolve               branch                     302  404  403  403  403  403  404  403  403  422

GET  people:list                -                          302  200  403  403  403  200  200  200  200  200
GET  people:search              -                          302  200  200  200  200  200  200  200  200  200
GET  people:me                  -                          302  302  404  302  302  302  302  302  302  302
GET  people:add                 -                          302  200  403  403  403  403  403  403  403  200
POST people:add                 -                          302  422  403  403  403  403  403  403  403  422
GET  people:unit-panel          branch                     302  404  403  403  403  200  404  200  200  200
GET  people:person              member                     302  404  404  200  404  200  404  200  200  200
GET  people:person              colleague                  302  404  404  404  200  200  404  200  200  200
GET  people:reveal              member                     302  405  405  405  405  405  405  405  405  405
POST people:reveal              member                     302  404  404  403  404  200  404  403  403  200
GET  people:edit                member                     302  404  403  403  403  403  403  403  403  200
POST people:edit                member                     302  404  403  403  403  403  403  403  403  422
GET  people:appoint             member                     302  404  403  403  403  403  403  403  403  200
POST people:appoint             member                     302  404  403  403  403  403  403  403  403  422
GET  people:transfer            member                     302  404  403  403  403  403  403  403  403  200
POST people:transfer            member                     302  404  403  403  403  403  403  403  403  422
GET  people:end-appointment     membership                 302  404  403  403  403  403  403  403  403  200
POST people:end-appointment     membership                 302  404  403  403  403  403  403  403  403  422

GET  ledger:timeline            -                          302  200  403  200  200  200  200  200  200  200
GET  ledger:export              -                          302  200  403  403  403  200  200  200  403  200
GET  ledger:entry               entry                      302  404  403  200  200  200  404  200  200  200

GET  worklists:tasks            -                          302  200  403  200  200  200  200  200  200  200
GET  worklists:add-tasks        -                          302  200  403  403  403  200  200  403  403  200
POST worklists:add-tasks        -                          302  422  403  403  403  422  422  403  403  422
GET  worklists:unit-panel       branch                     302  404  403  200  200  200  404  200  200  200
GET  worklists:task             task                       302  404  403  200  200  200  404  200  200  200
GET  worklists:finish-task      task                       302  405  403  403  403  405  405  403  403  405
POST worklists:finish-task      task                       302  404  403  403  403  422  404  403  403  422
GET  worklists:correct-task     task                       302  404  403  403  403  200  404  403  403  200
POST worklists:correct-task     task                       302  404  403  403  403  422  404  403  403  422
GET  worklists:problems         -                          302  200  403  200  200  200  200  200  200  200
GET  worklists:add-problem      -                          302  200  403  403  403  200  200  403  403  200
POST worklists:add-problem      -                          302  422  403  403  403  422  422  403  403  422
GET  worklists:problem          problem                    302  404  403  200  200  200  404  200  200  200
GET  worklists:close-problem    problem                    302  405  403  403  403  405  405  403  403  405
POST worklists:close-problem    problem                    302  404  403  403  403  422  404  403  403  422
GET  worklists:correct-problem  problem                    302  404  403  403  403  200  404  403  403  200
POST worklists:correct-problem  problem                    302  404  403  403  403  422  404  403  403  422

GET  activities:record          -                          302  200  403  403  403  200  200  403  403  200
POST activities:record          -                          302  200  403  403  403  200  200  403  403  200
GET  activities:activity        activity                   302  404  403  200  200  200  404  200  200  200
GET  activities:correct         activity                   302  404  403  403  403  200  404  403  403  200
POST activities:correct         activity                   302  404  403  403  403  422  404  403  403  422
GET  activities:withdraw        activity                   302  405  403  403  403  405  405  403  403  405
POST activities:withdraw        activity                   302  404  403  403  403  302  404  403  403  302
GET  activities:cadence         -                          302  200  403  200  200  200  200  200  200  200
GET  activities:unit_panel      branch                     302  404  403  200  200  200  404  200  200  200
GET  activities:duty            branch/theme_day/2026-10   302  404  403  200  200  200  404  200  200  200
GET  activities:waive           duty                       302  405  403  403  403  405  405  403  403  405
POST activities:waive           duty                       302  404  403  403  403  403  404  403  403  302

GET  service:visits             -                          302  200  403  200  200  200  200  200  200  200
GET  service:add-visit          -                          302  403  403  403  403  200  200  403  403  200
POST service:add-visit          -                          302  403  403  403  403  422  422  403  403  422
GET  service:unit-panel         branch                     302  404  403  200  200  200  404  200  200  200
GET  service:visit              visit                      302  404  403  200  200  200  404  200  200  200
GET  service:correct-visit      visit                      302  404  403  403  403  200  404  403  403  200
POST service:correct-visit      visit                      302  404  403  403  403  422  404  403  403  422
GET  service:withdraw-visit     visit                      302  404  403  403  403  200  404  403  403  200
POST service:withdraw-visit     visit                      302  404  403  403  403  422  404  403  403  422

GET  evaluation:index           -                          302  200  403  302  302  302  302  200  200  200
GET  evaluation:start           -                          405  405  405  405  405  405  405  405  405  405
POST evaluation:start           -                          302  404  403  403  403  403  403  403  403  302
GET  evaluation:progress        job                        302  404  403  403  403  403  403  403  403  200
GET  evaluation:cancel          job                        405  405  405  405  405  405  405  405  405  405
POST evaluation:cancel          job                        302  404  403  403  403  403  403  403  403  302
GET  evaluation:publish         -                          405  405  405  405  405  405  405  405  405  405
POST evaluation:publish         -                          302  404  403  403  403  403  403  302  403  302
GET  evaluation:close           -                          405  405  405  405  405  405  405  405  405  405
POST evaluation:close           -                          302  404  403  403  403  403  403  302  403  302
GET  evaluation:run             run                        302  404  403  200  200  200  200  200  200  200
GET  evaluation:run             star_run                   302  404  403  200  200  200  200  200  200  200
GET  evaluation:run             waiting_run                302  404  403  404  404  404  404  200  200  200
GET  evaluation:run             waiting_star_run           302  404  403  404  404  404  404  200  200  200
GET  evaluation:matrix          run                        302  404  403  200  200  200  200  200  200  200
GET  evaluation:matrix          star_run                   302  404  403  404  404  404  404  404  404  404
GET  evaluation:matrix          waiting_run                302  404  403  404  404  404  404  200  200  200
GET  evaluation:export          run                        302  404  403  403  403  200  200  200  403  200
GET  evaluation:export          star_run                   302  404  403  403  403  200  200  200  403  200
GET  evaluation:mine            -                          302  200  200  200  200  200  200  200  200  200
GET  evaluation:score           branch_score               302  404  404  200  200  200  200  200  200  200
GET  evaluation:score           member_score               302  404  404  200  404  200  404  200  200  200
GET  evaluation:score           waiting_branch_score       302  404  404  404  404  200  404  200  200  200
GET  evaluation:score           waiting_member_score       302  404  404  404  404  404  404  404  404  200
GET  evaluation:why             branch_score               302  404  404  200  200  200  200  200  200  200
GET  evaluation:why             member_score               302  404  404  200  404  200  404  200  200  200
GET  evaluation:why             waiting_branch_score       302  404  404  404  404  200  404  200  200  200
GET  evaluation:why             waiting_member_score       302  404  404  404  404  404  404  404  404  200
GET  evaluation:evidence        branch_score/D1-1/counted  302  404  404  200  200  200  404  200  200  200
GET  evaluation:evidence        member_score/D1-1/counted  302  404  404  200  404  200  404  200  200  200
GET  evaluation:object          branch_score               302  404  404  403  403  200  403  403  403  403
POST evaluation:object          branch_score               302  404  404  403  403  422  403  403  403  403
GET  evaluation:object          member_score               302  404  404  200  404  403  404  403  403  403
POST evaluation:object          member_score               302  404  404  422  404  403  404  403  403  403
GET  evaluation:objections      -                          302  200  200  200  200  200  200  200  200  200
GET  evaluation:objection       objection                  302  404  404  200  404  404  404  200  200  200
POST evaluation:objection       objection                  302  404  404  403  404  404  404  422  422  403
GET  evaluation:publications    -                          302  200  403  200  200  200  200  200  200  200
GET  evaluation:publication     publication                302  404  403  200  200  200  200  200  200  200
GET  evaluation:publication     star_publication           302  404  403  200  200  200  200  200  200  200
GET  evaluation:schemes         -                          302  200  200  200  200  200  200  200  200  200
GET  evaluation:scheme          scheme                     302  200  200  200  200  200  200  200  200  200
GET  evaluation:unit_panel      branch                     302  404  404  200  200  200  200  200  200  200
GET  evaluation:person_panel    member                     302  404  404  200  404  200  404  200  200  200

GET  reports:index              -                          302  200  403  200  200  200  200  200  200  200
GET  reports:document           bulletin                   302  404  403  200  200  200  200  200  200  200
GET  reports:document           draft                      302  404  403  404  404  404  404  200  404  200
GET  reports:document           score_book                 302  404  403  200  200  200  200  200  200  200
GET  reports:document           names_book                 302  404  403  404  404  404  404  200  404  200
GET  reports:download           bulletin                   302  404  403  200  200  200  200  200  200  200
GET  reports:download           draft                      302  404  403  404  404  404  404  200  404  200
GET  reports:download           score_book                 302  404  403  200  200  200  200  200  200  200
GET  reports:download           names_book                 302  404  403  404  404  404  404  200  404  200
GET  reports:prepare            run                        302  404  403  403  403  403  403  200  403  200
POST reports:prepare            run                        302  404  403  403  403  403  403  422  403  422
GET  reports:prepare            waiting_run                302  404  403  403  403  404  404  200  403  200
POST reports:prepare            waiting_run                302  404  403  403  403  404  404  422  403  422
GET  reports:prepare            star_run                   302  404  403  403  403  403  403  200  403  200
POST reports:prepare            star_run                   302  404  403  403  403  403  403  422  403  422
GET  reports:make_bulletin      run                        405  405  405  405  405  405  405  405  405  405
POST reports:make_bulletin      run                        302  404  403  403  403  403  403  200  403  200
GET  reports:make_bulletin      waiting_run                405  405  405  405  405  405  405  405  405  405
POST reports:make_bulletin      waiting_run                302  404  403  403  403  404  404  200  403  200
GET  reports:make_score_book    run                        405  405  405  405  405  405  405  405  405  405
POST reports:make_score_book    run                        302  404  403  403  403  403  403  200  403  200
GET  reports:make_score_book    waiting_run                405  405  405  405  405  405  405  405  405  405
POST reports:make_score_book    waiting_run                302  404  403  403  403  404  404  200  403  200
GET  reports:make_score_book    star_run                   405  405  405  405  405  405  405  405  405  405
POST reports:make_score_book    star_run                   302  404  403  403  403  403  403  200  403  200

GET  library:list               -                          302  200  200  200  200  200  200  200  200  200
GET  library:upload             -                          302  403  200  403  403  403  403  403  403  403
POST library:upload             -                          302  403  422  403  403  403  403  403  403  403
GET  library:pack               organisation-life          302  200  200  200  200  200  200  200  200  200
GET  library:compare            organisation-life          302  200  200  200  200  200  200  200  200  200
GET  library:install            organisation-life          405  405  405  405  405  405  405  405  405  405
POST library:install            organisation-life          302  403  302  403  403  403  403  403  403  403

GET  sheets:upload              -                          302  200  403  403  403  403  403  403  403  200
POST sheets:upload              -                          302  422  403  403  403  403  403  403  403  422
GET  sheets:history             -                          302  200  403  403  403  403  403  403  403  200
GET  sheets:template            -                          302  200  403  403  403  403  403  403  403  200
GET  sheets:batch               batch                      302  404  403  403  403  403  403  403  403  200
GET  sheets:progress            batch                      302  404  403  403  403  403  403  403  403  200
GET  sheets:apply               batch                      302  405  403  403  403  403  403  403  403  405
POST sheets:apply               batch                      302  404  403  403  403  403  403  403  403  302
GET  sheets:check               batch                      302  405  403  403  403  403  403  403  403  405
POST sheets:check               batch                      302  404  403  403  403  403  403  403  403  302
GET  sheets:cancel              batch                      302  405  403  403  403  403  403  403  403  405
POST sheets:cancel              batch                      302  404  403  403  403  403  403  403  403  302
GET  sheets:faulty              batch                      302  404  403  403  403  403  403  403  403  200

GET  ui:theme                   -                          405  405  405  405  405  405  405  405  405  405
POST ui:theme                   -                          302  302  302  302  302  302  302  302  302  302
GET  ui:manifest                -                          200  200  200  200  200  200  200  200  200  200
GET  ui:style                   -                          404  404  200  404  404  404  404  404  404  404
POST ui:style                   -                          404  404  422  404  404  404  404  404  404  404

GET  set_language               -                          302  302  302  302  302  302  302  302  302  302
POST set_language               -                          302  302  302  302  302  302  302  302  302  302
"""


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


def walk(patterns=None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the installation as (namespace:name, pattern)."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from walk(each.url_patterns, inner)
        else:
            yield f"{namespace}{each.name}", each


def ask(client: Client, method: str, address: str, data=None):
    """Return the response to one request that leaves nothing behind, not even a log-out."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = (
            client.get(address)
            if method == "GET"
            else client.post(address, {"sent": "yes"} | (data or {}))
        )
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


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


def read_table() -> list[tuple[str, str, str, dict[str, int]]]:
    found = []
    for line in TABLE.splitlines():
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


def test_every_reader_gets_what_the_table_says(world, clients):
    wrong = []
    for method, name, given, expected in read_table():
        address, data = find_address(world, name, given), find_data(world, method, name)
        for reader, status in expected.items():
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


def every_address(world: World) -> Iterator[str]:
    """Yield every address with every key of the world, and the queries that name a person or unit."""
    numbers = sorted({each.pk for each in world.objects.values()} | set(_keys(Person, Score)))
    words = {
        "code": [world.objects["batch"].code, "organisation-life"],
        "criterion": ["D1-1", "D2-1", "D3-1", "D3-2"],
        "side": ["counted", "unmet"],
        "period": ["2026-10"],
    }
    for name, pattern in walk():
        asked = pattern.pattern.regex.groupindex
        choices = [numbers if part == "pk" else words[part] for part in asked]
        if name == "activities:duty":
            choices[1] = ["theme_day"]
        for values in itertools.product(*choices):
            yield reverse(name, kwargs=dict(zip(asked, values, strict=True)))
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


def read_text(response) -> str:
    """Return everything a response says: of an Office file, all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    return content.decode()


def find_secrets(
    text: str,
    persons: list[Person],
    totals: dict[int, set[str]],
) -> list[str]:
    """Return whose secrets the text shows: what is sensitive, and score totals."""
    found = []
    for person in persons:
        secrets = secrets_of(person)
        found += [f"{person}: {what}" for what, secret in secrets.items() if secret in text]
        for total in totals.get(person.pk, ()):
            if re.search(rf"(?<![\d.]){re.escape(total.rstrip('0'))}0*(?!\d)", text):
                found.append(f"{person}: score {total}")
    return found


@pytest.mark.parametrize("reader", ["member", "other", "admin"])
def test_no_page_shows_another_persons_secrets(world, clients, reader):
    user = world.users()[reader]
    others = list(Person.objects.exclude(user=user))
    totals = {pk: found - {"0.00"} for pk, found in person_totals().items()}
    shown = {}
    for address in every_address(world):
        response = ask(clients[reader], "GET", address)
        if response.status_code == 200 and (
            found := find_secrets(read_text(response), others, totals)
        ):
            shown[address] = found
    assert shown == {}


def test_the_search_for_secrets_finds_them(world, clients):
    """The officer, who may, is shown them: the test above does not look past its target."""
    totals = person_totals()
    page = ask(clients["officer"], "GET", find_address(world, "evaluation:score", "member_score"))
    assert find_secrets(read_text(page), [world.bureau.member], totals)
    page = ask(clients["officer"], "POST", find_address(world, "people:reveal", "member"))
    assert find_secrets(read_text(page), [world.bureau.member], {}) == [
        "林晓禾: identity number",
        "林晓禾: telephone number",
        "林晓禾: address",
    ]
