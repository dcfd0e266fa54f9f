"""What the home page is made of, and what its numbers are measured against."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.appraisal import enums as appraisal
from linghang.assessment import enums as assessment
from linghang.care import enums as care
from linghang.contests import enums as contests
from linghang.diagnosis import enums as diagnosis
from linghang.distinctions import enums as distinctions
from linghang.elections import enums as elections
from linghang.handbook import enums as handbook
from linghang.pioneers import enums as pioneers
from linghang.rectification import enums as rectification
from linghang.research import enums as research
from linghang.routing import enums as routing
from linghang.study import enums as study
from linghang.supervision import enums as supervision
from linghang.transfers import enums as transfers


class Section(StrEnum):
    """A part of the home page; a person with several posts has several."""

    LEADER = "leader"
    SUPERVISOR = "supervisor"
    OFFICER = "officer"
    BRANCH = "branch"
    MEMBER = "member"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """Return the heading of the section."""
        return str(HEADINGS[self])


HEADINGS = {
    Section.LEADER: _("The bureau at a glance"),
    Section.SUPERVISOR: _("Supervision"),
    Section.OFFICER: _("Party-affairs work of the bureau"),
    Section.BRANCH: _("My branch"),
    Section.MEMBER: _("Myself"),
    Section.SYSTEM: _("Health of the system"),
}
SECTION_OF_ROLE = {
    "leader": Section.LEADER,
    "supervisor": Section.SUPERVISOR,
    "officer": Section.OFFICER,
    "secretary": Section.BRANCH,
    "branch_committee": Section.BRANCH,
    "group_leader": Section.MEMBER,
    "member": Section.MEMBER,
    "system_administrator": Section.SYSTEM,
}

# In per cent of what was due. Duties of organisation life are all owed (支部工作条例); the others
# are where the red-flag index gives all points (pack red-flag-index: D3-1, D4-1).
CADENCE_TARGET = Decimal(100)
TASK_TARGET = Decimal(100)
PROBLEM_TARGET = Decimal(90)
# The same pack asks six hours of service a year of each member (D5-2): half an hour a month.
SERVICE_HOURS_PER_MEMBER = Decimal("0.5")
INDEX_TARGET = Decimal(84)  # where the same pack's four stars begin

VERB_WORDS = {
    "accept_correction": _("accepted a correction a member asked for"),
    "activities.correct": _("corrected a record"),
    "activities.record": _("recorded an activity"),
    "activities.record_many": _("recorded many activities"),
    "activities.waive_obligation": _("waived a duty"),
    "activities.withdraw": _("withdrew a record"),
    "adopt_scheme": _("put a scheme in force"),
    "adopt_scheme_draft": _("adopted a scheme for the committee"),
    "discard_scheme_draft": _("discarded the draft of a scheme"),
    "propose_scheme_draft": _("proposed a scheme to the committee"),
    "return_scheme_draft": _("gave the draft of a scheme back"),
    "save_scheme_draft": _("changed the draft of a scheme"),
    "start_scheme_draft": _("began the draft of a scheme"),
    "appoint_people": _("appointed"),
    "appraisal.look": _("looked at the grades of an appraisal"),
    "appointments_follow": _("moved posts with a unit"),
    "change_password": _("changed a password"),
    "change_unit": _("changed a unit"),
    "close_coverage": _("ended a coverage"),
    "close_problem": _("closed a problem"),
    "appeal": _("appealed against a decision"),
    "close_publication": _("made a publication final"),
    "correct_appointment": _("corrected an appointment"),
    "correct_person": _("corrected a person"),
    "correct_problem": _("corrected a problem"),
    "correct_task": _("corrected a task"),
    "correct_visit": _("corrected a service activity"),
    "create_logins": _("made log-ins"),
    "create_problems": _("stated problems"),
    "create_units": _("founded units"),
    "create_user": _("made a log-in"),
    "decline_correction": _("declined a correction a member asked for"),
    "decide_objection": _("decided an objection"),
    "dissolve_unit": _("dissolved a unit"),
    "end_appointment": _("ended an appointment"),
    "export_roster": _("exported the roster"),
    "finish_task": _("finished a task"),
    "issue_correction": _("corrected a published score"),
    "ledger.export": _("exported records"),
    "link_login": _("tied a log-in to a person"),
    "merge_units": _("merged units"),
    "move_unit": _("moved a unit"),
    "meetings.item_added": _("put an item on the agenda"),
    "meetings.item_changed": _("changed an item of an agenda"),
    "meetings.item_withdrawn": _("took an item off the agenda"),
    "meetings.made_up": _("recorded make-up study"),
    "meetings.make_up_withdrawn": _("took a make-up back"),
    "notices.make_feed": _("made a calendar address"),
    "notices.replace_feed": _("replaced the calendar address"),
    "notices.revoke_feed": _("voided the calendar address"),
    "notices.send": _("sent notices"),
    "notices.test": _("sent a test message"),
    "notices.wish": _("chose how to be told"),
    "object": _("objected to a score"),
    "open_coverage": _("set a coverage"),
    "packs.install": _("installed a pack"),
    "packs.upgrade": _("brought a pack up to date"),
    "publish_run": _("published results"),
    "register_people": _("registered people"),
    "rename_unit": _("renamed a unit"),
    "request_correction": _("asked for a correction of own data"),
    "retire_scheme": _("took a scheme out of force"),
    "run_evaluation": _("ran an evaluation"),
    "save_tasks": _("assigned tasks"),
    "save_visits": _("recorded service"),
    "set_active": _("let in or kept out a log-in"),
    "set_coverage": _("set the coverage of a branch"),
    "sheets.apply": _("applied an import"),
    "sheets.cancel": _("gave up an import"),
    "sheets.download": _("downloaded the rows to mend"),
    "sheets.open": _("uploaded workbooks"),
    "split_unit": _("split a unit"),
    "transfer_member": _("transferred a member"),
    "update_problems": _("updated problems"),
    "accept_tasks": _("accepted tasks"),
    "ask_extension": _("asked for a later day"),
    "decide_extension": _("decided on a later day"),
    "hand_over_task": _("handed over a task"),
    "prove_tasks": _("finished tasks by their records"),
    "return_task": _("returned a task"),
    "urge_tasks": _("urged tasks"),
    "verify_publication": _("verified published results"),
    "view_identity": _("looked at identity data"),
    "withdraw_visit": _("withdrew a service activity"),
    "add_items": _("added items to a list"),
    "application.ended": _("ended an application for membership"),
    "application.exported": _("exported applications for membership"),
    "application.moved": _("let an applicant go on in another branch"),
    "application.step": _("recorded a step into the Party"),
    "application.step_withdrawn": _("took back a step into the Party"),
    "application.taken_over": _("took over the way of a member on probation"),
    "dues.arrived": _("recorded until when dues were paid elsewhere"),
    "dues.bases_set": _("entered what members pay dues on"),
    "dues.bases_viewed": _("looked at what members pay dues on"),
    "dues.corrected": _("corrected a payment of dues"),
    "dues.exported": _("exported a statement of dues"),
    "dues.extra_recorded": _("recorded special or large dues"),
    "dues.extra_withdrawn": _("took special or large dues back"),
    "dues.recorded": _("recorded dues"),
    "dues.relief_granted": _("recorded relief of dues"),
    "dues.relief_withdrawn": _("took a relief of dues back"),
    "dues.withdrawn": _("took a payment of dues back"),
    "carry_over": _("carried a commitment over"),
    "case.escalated": _("told the next higher of a problem that is late"),
    "case.raised": _("raised a problem at the front"),
    "change_campaign": _("changed a special action"),
    "change_item": _("changed an item of a list"),
    "close_list": _("closed a list"),
    "contact.assigned": _("assigned a contact person"),
    "contact.ended": _("ended a contact"),
    "create_visits": _("recorded service activities"),
    "discard_draft": _("discarded the draft of a list"),
    "download_document": _("downloaded a document"),
    "files.add": _("attached a file"),
    "files.clean": _("removed files that were withdrawn"),
    "files.withdraw": _("withdrew a file"),
    "hand_over_posts": _("gave the tasks of a post to its new holder"),
    "induction.issued": _("gave a new secretary the induction list"),
    "issue_list": _("issued a list"),
    "keep_commitment": _("kept a commitment"),
    "make_document": _("made a document"),
    "move_campaign": _("led a special action on"),
    "open_periods": _("opened the next periods of lists"),
    "plan_campaign": _("planned a special action"),
    "project.closed": _("closed a project"),
    "project.measure_added": _("added a measure to a project"),
    "project.opened": _("opened a project"),
    "print_member_file": _("printed a member's file"),
    "print_year_book": _("printed the year book of a branch"),
    "promise": _("made a commitment"),
    "report_step": _("reported a step of a commitment"),
    "research.finding_marked": _("marked a finding"),
    "research.findings_linked": _("tied findings to a problem"),
    "research.plan_dropped": _("dropped a planned visit"),
    "research.talk_followed_up": _("wrote down what was agreed in a talk"),
    "research.talk_note_read": _("read the note of a talk"),
    "research.talk_recorded": _("recorded a talk"),
    "research.talk_withdrawn": _("withdrew a talk"),
    "research.visit_recorded": _("recorded a research visit"),
    "research.visit_withdrawn": _("withdrew a research visit"),
    "research.visits_planned": _("planned research visits"),
    "supervision.look": _("looked at what supervision keeps"),
    "transfer.exported": _("exported a list of transfers"),
    "update_visits": _("brought service activities up to date"),
    "withdraw_commitment": _("withdrew a commitment"),
    "withdraw_item": _("withdrew an item of a list"),
}
"""What the acts of the audit trail are called; an act nobody named keeps its code."""

VERB_FAMILIES: dict[str, type[TextChoices]] = {
    "appraisal.": appraisal.Happened,
    "assessment.": assessment.Happened,
    "care.": care.Happened,
    "case.": routing.Outcome,
    "contest.": contests.Happened,
    "diagnosis.": diagnosis.Verb,
    "distinction.": distinctions.Happened,
    "election.": elections.Happened,
    "handbook.": handbook.Happened,
    "pioneer.": pioneers.Happened,
    "pipeline.": pioneers.PipelineHappened,
    "problem_": rectification.Verb,
    "research.topic_": research.TopicVerb,
    "study.": study.Happened,
    "supervision.": supervision.Verb,
    "transfer.": transfers.Happened,
}
"""Acts whose code begins with what it was done to and ends with one of its room's own verbs."""
FAMILY_WORDS = {
    "appraisal.": _("Democratic appraisal"),
    "assessment.": _("Assessment"),
    "care.": _("Awards and hardship"),
    "case.": _("Problem raised at the front"),
    "contest.": _("Contest"),
    "diagnosis.": _("Diagnosis round"),
    "distinction.": _("Star or benchmark"),
    "election.": _("Re-election"),
    "handbook.": _("Standards handbook"),
    "pioneer.": _("Post, zone or squad"),
    "pipeline.": _("Two pipelines"),
    "problem_": _("Problem"),
    "research.topic_": _("Topic of research"),
    "study.": _("Study"),
    "supervision.": _("Supervision"),
    "transfer.": _("Transfer"),
}

JOB_WORDS = {
    "activities.refresh_obligations": _("Mark missed duties"),
    "distinctions.review": _("Review stars and benchmarks"),
    "evaluation.run": _("Evaluation"),
    "evaluation.verify": _("Verify published results"),
    "evaluation.try": _("Trial of a scheme"),
    "ledger.sync_lake": _("Bring the fact files up to date"),
    "notices.deliver": _("Send messages outside"),
    "notices.gather": _("Gather the day's reminders"),
    "pioneers.issue_inductions": _("Give new secretaries their induction"),
    "sheets.apply": _("Apply an import"),
    "sheets.check": _("Check an import"),
    "sheets.purge": _("Delete old import files"),
    "study.close_ratings": _("Close the rating of lectures"),
    "supervision.compute_hints": _("Look for hints of supervision"),
    "rectification.refresh_overdue": _("Mark overdue problems"),
    "worklists.refresh_overdue": _("Mark overdue tasks"),
    "worklists.issue_list": _("Send a list down"),
    "worklists.open_periods": _("Open the next periods of lists"),
    "campaigns.refresh_overdue": _("Mark overdue commitments"),
    "contests.state_days": _("State the points of yesterday in contests"),
    "files.clean": _("Remove withdrawn files"),
    "research.release_themes": _("Release the themes of talks"),
    "routing.note_escalations": _("Tell the next higher of what is late"),
}
"""What kinds of background jobs are called; one nobody named keeps its code."""


def name_verb(code: str) -> str:
    """Return what an act of the audit trail is called in the reader's language."""
    if code in VERB_WORDS:
        return str(VERB_WORDS[code])
    for head, verbs in VERB_FAMILIES.items():
        if code.startswith(head) and code.removeprefix(head) in verbs.values:
            act = verbs(code.removeprefix(head)).label
            return gettext("%(what)s: %(act)s") % {"what": FAMILY_WORDS[head], "act": act}
    return code


def name_job(code: str) -> str:
    """Return what a kind of background job is called in the reader's language."""
    return str(JOB_WORDS.get(code, code))
