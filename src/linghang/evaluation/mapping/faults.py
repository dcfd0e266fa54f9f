"""Faults of a scheme in the reader's language: the core tells them in English, one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Sequence[tuple[re.Pattern[str], str | Promise]] = tuple(
    (re.compile(pattern + r"$"), words)
    for pattern, words in (
        (
            r"base is (?P<base>\S+), but the basic criteria add up to (?P<sum>\S+)",
            _(
                "The basic criteria add up to %(sum)s points, the base is %(base)s: change one of them."
            ),
        ),
        (
            r"total: minimum (?P<low>\S+) is not below maximum (?P<high>\S+)",
            _("The least total, %(low)s, must be below the greatest, %(high)s."),
        ),
        (
            r"peer_groups: exactly one group says .*",
            _("Exactly one peer group takes the rest (otherwise: true), and it stands last."),
        ),
        (
            r"bands: list the best first.*",
            _("Bands stand from the best to the last, each beginning lower than the one before."),
        ),
        (
            r"bands: the last one begins at (?P<low>\S+), but totals begin at (?P<start>[^;\s]+).*",
            _(
                "The last band begins at %(low)s, but totals begin at %(start)s: some would have no band."
            ),
        ),
        (
            r"bands: (?P<band>\S+) begins above the maximum (?P<high>\S+)",
            _("The band %(band)s begins above the greatest total, %(high)s."),
        ),
        (
            r"criterion (?P<code>\S+): veto names the unknown band (?P<band>\S+)",
            _("%(code)s: the scheme has no band %(band)s."),
        ),
        (
            r"criterion (?P<code>\S+): the veto leaves less than the minimum (?P<low>\S+)",
            _("%(code)s: the veto leaves less than the least total, %(low)s."),
        ),
        (
            r"unit_kinds: say which kinds of unit are rated",
            _("Say which kinds of unit are rated."),
        ),
        (
            r"unit_kinds: a scheme for persons has none",
            _("A scheme for members names no kinds of unit."),
        ),
        (
            r"minimum_sample\.members: a person has no members",
            _("A scheme for members has no least number of members."),
        ),
        (
            r"criterion (?P<code>\S+): a scheme for persons reads only facts naming the person",
            _("%(code)s: a scheme for members reads only facts that name the member."),
        ),
        (
            r"[^:]+ (?P<code>\S+) appears more than once",
            _("The code %(code)s is used more than once."),
        ),
        (
            r"(criterion \S+: )?a veto needs .*",
            _("A veto needs the band or the total it holds at most."),
        ),
        (
            r"(criterion \S+: )?a veto has no points, score or missing policy",
            _("A veto has no points and no score function."),
        ),
        (
            r"(criterion \S+: )?a veto counts: .*",
            _("A veto counts cases: let it read a number of facts."),
        ),
        (
            r"(criterion \S+: )?a \w+ criterion needs `points` and `score`",
            _("Points and a score function are needed."),
        ),
        (
            r"(criterion \S+: )?per_unit is for a bonus or a deduction.*",
            _("Points for each one are for a bonus or a deduction; basic points go in proportion."),
        ),
        (
            r"(criterion \S+: )?the cap (?P<cap>\S+) is more than the (?P<points>\S+) points",
            _("The cap of %(cap)s is more than the %(points)s points of the criterion."),
        ),
        (
            r"(criterion \S+: )?the step from (?P<start>\S+) gives (?P<got>[^,\s]+), .* points",
            _("The step from %(start)s gives %(got)s, more than the criterion has."),
        ),
        (
            r"(criterion \S+: )?`missing` has a meaning only for a ratio.*",
            _("Only a ratio can have nothing due: a number of nothing is 0."),
        ),
        (
            r"(criterion \S+: )?a place must say what `missing` means.*",
            _("Say what it means when there is nobody to compare with."),
        ),
        (
            r"(criterion \S+: )?.+ must say what `missing` means.*",
            _("Say what it means when nothing was due."),
        ),
        (
            r"(criterion \S+: )?`absent: not_rated` goes with `missing: not_rated`",
            _(
                "Where raters without marks leave a subject not rated, missing is not rated as well."
            ),
        ),
        (
            r"(criterion \S+: )?`veto` belongs to a criterion of nature veto.*",
            _("Only a veto holds a band or a total: leave it out, or make this a veto."),
        ),
        (
            r"(criterion \S+: )?`lower_is_better` belongs to rank or percentile.*",
            _("Only points by place say that lower is better; else turn start and target round."),
        ),
        (
            r"(criterion \S+: )?`once` is for bonuses or deductions.*",
            _("Only bonuses and deductions share one event; a basic criterion always counts."),
        ),
        (
            r"(criterion \S+: )?the best place gives (?P<got>[^,\s]+), .*",
            _("The best place gives %(got)s, more than the criterion has."),
        ),
        (
            r"(criterion \S+: )?the top (?P<top>\S+) gives (?P<got>[^,\s]+), .*",
            _("The share %(top)s gives %(got)s, more than the criterion has."),
        ),
        (
            r"the worst place gives (?P<worst>[^,\s]+), not less than the best (?P<best>\S+)",
            _("The last place gives %(worst)s, and must give less than the first, %(best)s."),
        ),
        (
            r"shares must rise strictly, found top .*",
            _("Shares stand from the least up, each once."),
        ),
        (
            r"the weights of the raters add up to (?P<sum>[^,\s]+), not to 100",
            _("The weights of the raters add up to %(sum)s: bring them to 100."),
        ),
        (
            r"a kind of raters appears more than once: (?P<names>.+)",
            _("A kind of raters stands there more than once: %(names)s."),
        ),
        (
            r"peer group (?P<code>\S+): give either `when` or `otherwise: true`",
            _("The peer group %(code)s has a condition or takes the rest: one of them."),
        ),
        (
            r"bands: the last one, (?P<band>[^,\s]+), takes everybody.*",
            _("The last band, %(band)s, takes everybody: it has no greatest share."),
        ),
        (
            r"ties: has a meaning only where a band says `at_most`",
            _("What happens to equals (ties) is said only where a band has a greatest share."),
        ),
        (
            r"dimension (?P<code>\S+): the cap (?P<cap>\S+) is less than its (?P<sum>\S+) basic points",
            _("The cap of the dimension %(code)s, %(cap)s, is less than its %(sum)s basic points."),
        ),
        (
            r"once (?P<name>\S+): name at least two criteria of one nature",
            _("Name %(name)s in at least two criteria, all bonuses or all deductions."),
        ),
        (
            r"criterion (?P<code>\S+): the window `period` and a scheme for a span .*",
            _(
                "%(code)s: a scheme for a stretch of days reads the whole of it, every other one months."
            ),
        ),
        (
            r"write the number as text, for example \"0\.5\", not as (?P<value>.+)",
            _('Write the number as text, for example "0.5", not as %(value)s.'),
        ),
        (
            r"(criterion \S+: )?a \w+ ratio can only have `missing: zero`",
            _("For a bonus or a deduction nothing due means no points."),
        ),
        (
            r"target and start are both (?P<target>\S+)",
            _("The points begin and are full at the same value, %(target)s."),
        ),
        (
            r"steps must rise strictly, found from .*",
            _("Steps stand from the lowest value up, each value once."),
        ),
        (
            r"give exactly one of (?P<names>[^;]+)(; found .*)?",
            _("Give exactly one of: %(names)s."),
        ),
        (
            r"give either equals, or at_least and/or less_than",
            _("A condition names words (equals) or a stretch of numbers."),
        ),
        (
            r"points have at most two decimals, not (?P<number>\S+)",
            _("Points have at most two decimals, not %(number)s."),
        ),
        (
            r"(?P<value>.+) is not a decimal number of at most 9 digits and 6 decimals",
            _("%(value)s is no number."),
        ),
    )
)
"""How the core says a fault, and how a person is told; longer patterns stand before shorter ones."""


_NEXT = re.compile(r"; (?!a basic criterion uses|else turn|found |some would have)")


def split_faults(message: str) -> list[str]:
    """Return the faults of one message; a fault that has a semicolon of its own stays whole."""
    return _NEXT.split(message)


def put_in_words(message: str) -> str:
    """Return a fault of the core in the reader's language; one nobody put in words stays."""
    for pattern, words in WORDS:
        found = pattern.match(message)
        if found:
            return str(words) % found.groupdict()
    return message
