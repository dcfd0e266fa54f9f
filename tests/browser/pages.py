"""The pages every reader walks through, one of each kind, found by links and not by numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext


@dataclass(frozen=True)
class Place:
    """A page: who reads it, where it starts, and the links that lead on to it."""

    name: str
    role: str
    start: str
    links: tuple[str, ...] = ()
    takes_last: bool = False  # the last link of each pattern: a branch, not its committee
    detour: str = ""  # a page to go round by when the link is not there: a story took it away

    def find(self, context: BrowserContext) -> str:
        """Return the address, following a link of each pattern."""
        address = self.start
        for link in self.links:
            onward = self._list_links(context, address, link)
            if not onward and self.detour:
                address = urljoin(address, self._list_links(context, address, self.detour)[-1])
                onward = self._list_links(context, address, link)
            assert onward, f"{self.name}: no link {link} on {address}"
            address = urljoin(address, onward[-1] if self.takes_last else onward[0])
        return address

    def _list_links(self, context: BrowserContext, address: str, link: str) -> list[str]:
        answer = context.request.get(address)
        assert answer.ok, f"{self.name}: {address} answers {answer.status}"
        found = re.findall(r'href="([^"]+)"', answer.text())
        return [one.replace("&amp;", "&") for one in found if re.search(link, one)]


RUN = ("/evaluation/?period=2026-10", r"/evaluation/runs/\d+/$")
SCORE = (RUN[1], r"/evaluation/scores/\d+/$")
PLACES = (
    Place("log-in", "", "/account/login/"),
    Place("home-officer", "officer", "/"),
    Place("home-leader", "leader", "/"),
    Place("home-secretary", "secretary", "/"),
    Place("home-member", "member", "/"),
    Place("home-supervisor", "supervisor", "/"),
    Place("home-system", "admin", "/"),
    Place("home-newcomer", "newcomer", "/"),
    Place("notices", "officer", "/notices/"),
    Place("notices-received", "officer", "/notices/received/"),
    Place("notices-wishes", "secretary", "/notices/wishes/"),
    Place("notices-sent", "admin", "/notices/sent/"),
    Place("notices-test", "admin", "/notices/sent/test/"),
    Place("search", "officer", "/search/?q=供电"),
    Place("tree", "officer", "/units/"),
    Place("unit", "secretary", "/", (r"/units/\d+/$",)),
    Place("unit-history", "secretary", "/", (r"/units/\d+/$", r"tab=history")),
    Place("move-unit", "officer", "/units/", (r"/units/\d+/$", r"/move/$"), takes_last=True),
    Place("people", "officer", "/people/"),
    Place("awards", "officer", "/care/awards/"),
    Place("contests", "officer", "/contests/"),
    Place("contest", "secretary", "/contests/", (r"^/contests/\d+/$",)),
    Place("contest-add", "officer", "/contests/", (r"^/contests/add/$",)),
    Place(
        "contest-team", "secretary", "/contests/", (r"^/contests/\d+/$", r"^/contests/teams/\d+/$")
    ),
    Place("stations", "secretary", "/evaluation/stations/"),
    Place("award", "officer", "/care/awards/", (r"^/care/awards/\d+/$",)),
    Place("hardships", "officer", "/care/hardship/"),
    Place("hardship", "officer", "/care/hardship/", (r"^/care/hardship/\d+/$",)),
    Place("hardship-counts", "leader", "/care/hardship/"),
    Place("roster-corrections", "officer", "/people/corrections/"),
    Place("person", "officer", "/people/", (r"/people/\d+/$",)),
    Place("time-line", "officer", "/ledger/"),
    Place("entry", "officer", "/ledger/", (r"^/(ledger|activities|service)/\d+/$",)),
    Place("choose-record", "secretary", "/activities/record/"),
    Place("record", "secretary", "/activities/record/", (r"kind=theme_day",)),
    Place("cadence", "officer", "/activities/cadence/"),
    Place("tasks", "officer", "/worklists/"),
    Place("task", "secretary", "/worklists/", (r"/worklists/\d+/$",)),
    Place("problems", "officer", "/rectification/"),
    Place("visits", "officer", "/service/"),
    Place("membership", "officer", "/membership/"),
    Place("membership-application", "officer", "/membership/", (r"^/membership/\d+/$",)),
    Place("appraisals", "officer", "/appraisal/"),
    Place("appraisal", "officer", "/appraisal/", (r"^/appraisal/\d+/$",)),
    Place("dues-branches", "officer", "/dues/branches/"),
    Place("dues-year", "secretary", "/dues/"),
    Place("dues-mine", "member", "/dues/mine/"),
    Place("membership-new", "secretary", "/membership/new/"),
    Place("transfers", "officer", "/transfers/"),
    Place("transfers-transfer", "officer", "/transfers/", (r"^/transfers/\d+/$",)),
    Place("transfers-away", "officer", "/transfers/away/"),
    Place("elections", "officer", "/elections/"),
    Place("elections-election", "officer", "/elections/", (r"^/elections/\d+/$",)),
    Place("resolutions", "officer", "/meetings/resolutions/"),
    Place(
        "agenda-item",
        "secretary",
        "/meetings/resolutions/",
        (r"^/activities/\d+/#i", r"^/meetings/records/\d+/agenda/add/$"),
    ),
    Place("study", "member", "/study/"),
    Place("study-branches", "officer", "/study/hours/"),
    Place("study-class", "officer", "/study/classes/", (r"^/study/classes/\d+/$",)),
    Place("study-classes", "officer", "/study/classes/"),
    Place(
        "study-lecture",
        "secretary",
        "/study/rosters/",
        (r"^/study/rosters/\d+/$", r"^/study/lectures/\d+/$"),
    ),
    Place("study-list", "secretary", "/study/lists/mine/"),
    Place("study-lists", "officer", "/study/lists/"),
    Place("study-mine", "member", "/study/hours/mine/"),
    Place("study-reflections", "member", "/study/reflections/"),
    Place("study-roster", "officer", "/study/rosters/", (r"^/study/rosters/\d+/$",)),
    Place("study-rosters", "officer", "/study/rosters/"),
    Place("handbook-matrix", "officer", "/handbook/"),
    Place("handbook-sheet", "officer", "/handbook/", (r"^/handbook/units/\d+/",)),
    Place("handbook-version", "member", "/handbook/", (r"^/handbook/versions/\d+/$",)),
    Place("pioneers", "officer", "/pioneers/"),
    Place("pioneers-board", "officer", "/pioneers/board/"),
    Place("pioneers-carrier", "officer", "/pioneers/", (r"^/pioneers/\d+/$",)),
    Place("pioneers-contacts", "officer", "/pioneers/contacts/"),
    Place("pioneers-mine", "leader", "/pioneers/mine/"),
    Place("pioneers-mentored", "member", "/pioneers/pipelines/mentored/"),
    Place("pioneers-pipeline", "officer", "/pioneers/pipelines/", (r"^/pioneers/pipelines/\d+/$",)),
    Place("pioneers-pipelines", "officer", "/pioneers/pipelines/"),
    Place("pioneers-projects", "leader", "/pioneers/projects/"),
    Place("routing-board", "officer", "/routing/"),
    Place("routing-list", "officer", "/routing/list/"),
    Place("routing-case", "officer", "/routing/", (r"^/routing/\d+/$",)),
    Place("routing-raise", "member", "/routing/raise/"),
    Place("routing-numbers", "leader", "/routing/numbers/"),
    Place("assessment-rounds", "officer", "/assessment/"),
    Place("assessment-open", "officer", "/assessment/new/"),
    Place("assessment-round", "officer", "/assessment/", (r"^/assessment/\d+/$",)),
    Place(
        "assessment-subject",
        "officer",
        "/assessment/",
        (r"^/assessment/\d+/$", r"^/assessment/subjects/\d+/$"),
    ),
    Place("cycle", "officer", "/evaluation/"),
    Place("spread", "officer", RUN[0], (RUN[1], r"/spread/")),
    Place("peers", "officer", RUN[0], (*SCORE, r"/peers/$")),
    Place("rules-in-force", "member", "/evaluation/rules/"),
    Place("year-of-a-unit", "officer", RUN[0], (*SCORE, r"/year/\d+/$")),
    Place("objection-statistics", "officer", "/evaluation/objections/statistics/"),
    Place("results", "officer", RUN[0], (RUN[1],)),
    Place("matrix", "officer", RUN[0], (RUN[1], r"/matrix/")),
    Place("publication", "member", "/evaluation/publications/", (r"/publications/\d+/$",)),
    Place("score", "officer", RUN[0], SCORE),
    Place("why", "officer", RUN[0], (*SCORE, r"/why/$")),
    Place("own-scores", "member", "/evaluation/scores/mine/"),
    Place("objections", "supervisor", "/evaluation/objections/"),
    Place("scheme", "officer", "/evaluation/schemes/", (r"/schemes/\d+/$",)),
    Place("documents", "officer", "/reports/"),
    Place(
        "prepare",
        "officer",
        "/evaluation/publications/",
        (r"/evaluation/publications/\d+/$", r"/reports/runs/\d+/$"),
    ),
    Place("import", "newcomer", "/import/"),
    Place("library", "admin", "/library/"),
    Place("pack", "admin", "/library/", (r"^/library/red-flag-index/$",)),
    Place("users", "admin", "/account/users/"),
    Place("stars-board", "officer", "/distinctions/"),
    Place(
        "stars-who-qualifies", "officer", "/distinctions/", (r"/distinctions/programmes/\d+/\?",)
    ),
    Place("stars-poster", "officer", "/distinctions/", (r"/distinctions/poster/",)),
    Place(
        "stars-case",
        "leader",
        "/distinctions/",
        (r"/distinctions/cases/\d+/$",),
        detour=r"/distinctions/held/\d+/$",
    ),
    Place("stars-held", "leader", "/distinctions/", (r"/distinctions/held/\d+/$",)),
    Place("stars-missing", "secretary", "/distinctions/", (r"/programmes/\d+/units/\d+/$",)),
    Place(
        "benchmark",
        "officer",
        "/distinctions/",
        (r"programme=\d+", r"/distinctions/held/\d+/$", r"/strengths/$"),
        takes_last=True,
    ),
    Place("audit", "supervisor", "/audit/"),
    Place("supervision-board", "supervisor", "/supervision/"),
    Place("supervision-open", "supervisor", "/supervision/examinations/new/"),
    Place("supervision-matrix", "supervisor", "/supervision/", (r"/examinations/\d+/$",)),
    Place("supervision-asked", "secretary", "/supervision/asked/"),
    Place("supervision-answers", "secretary", "/supervision/asked/", (r"/replies/\d+/$",)),
    Place("supervision-hints", "supervisor", "/supervision/hints/"),
    Place("supervision-hint", "supervisor", "/supervision/hints/", (r"/hints/\d+/$",)),
    Place("supervision-risks", "supervisor", "/supervision/risks/"),
    Place("supervision-risk", "supervisor", "/supervision/risks/", (r"/risks/\d+/$",)),
    Place("supervision-findings", "supervisor", "/supervision/findings/"),
    Place("supervision-finding", "supervisor", "/supervision/findings/", (r"/findings/\d+/$",)),
)
BY_NAME = {place.name: place for place in PLACES}
