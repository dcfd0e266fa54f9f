"""Composing messages and sending them outside: by a job, in working hours, four tries at most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices import channels, hours, queries, registry, wording
from linghang.platform.notices.enums import DeliveryState, Form, NoticeKind, Timing
from linghang.platform.notices.models import Address, Delivery, Notice
from linghang.platform.tasks.models import Job, JobState
from linghang.platform.tasks.progress import silent
from linghang.platform.tasks.services import start_job

DELIVER = "notices.deliver"
GATHER = "notices.gather"
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
NEWS_FOR = timedelta(
    days=14
)  # what is older is no news: a channel set up later does not pour it out
Report = Callable[[int, int, str], None]


def start_due_deliveries() -> Job | None:
    """Start the job that sends what may be sent now, and return it; None when nothing may or must be.

    Called by the worker every half minute: without channels or outside working hours it asks nothing of
    the database. The digest waits for the day's reminders.
    """
    now = clock.now()
    if not channels.list_channels() or not hours.is_open(now):
        return None
    unfinished = Job.objects.filter(
        kind__in=[DELIVER, GATHER], state__in=[JobState.QUEUED, JobState.RUNNING]
    )
    if unfinished.exists() or not (queries.list_waiting(now).exists() or _plan(now)):
        return None
    with transaction.atomic():
        return start_job(kind=DELIVER, params={"at": now.isoformat()}, actor=None, title=DELIVER)


def deliver_waiting(*, progress: Report = silent) -> dict[str, int]:
    """Compose and send what may be sent now; return how many were sent, failed for good, and wait.

    Repeatable. Each message is its own transaction; a try is written down before it is made, so that a
    killed process neither sends for ever nor forgets one. Stops when the working hours end.
    """
    done: Counter[str] = Counter()
    if hours.is_open(clock.now()):
        compose_deliveries()
        waiting = list(queries.list_waiting(clock.now()).values_list("pk", flat=True))
        for number, pk in enumerate(waiting):
            progress(number, len(waiting), "")
            done[_deliver(pk)] += 1
    return {state.value: done[state] for state in DeliveryState}


def compose_deliveries() -> int:
    """Write the messages that are due now, each to be sent, and return how many.

    A person with a channel and an address gets one digest a working day of what is unread and new; who
    wishes so gets what is urgent at once. A group gets counts by unit once a working day.
    """
    now = clock.now()
    made = 0
    with registry.in_product_language():
        for deliveries, notices in _plan(now):
            try:
                with transaction.atomic():
                    Delivery.objects.bulk_create(deliveries)
                    Notice.objects.filter(pk__in=[each.pk for each in notices]).update(
                        composed_at=now
                    )
            except IntegrityError:
                continue  # another worker has composed today's message
            made += len(deliveries)
    return made


@transaction.atomic
def order_test(*, channel: channels.Channel, address: str, actor: Any) -> Delivery:
    """Write a test message and return it; it is sent at once, or when the working hours begin."""
    title, body = wording.write_test()
    moment = clock.now()
    delivery = Delivery.objects.create(
        channel=channel.name,
        form=Form.TEST,
        day=timezone.localtime(moment).date(),
        body=f"{title}\n{body}",
        address=address,
        next_attempt_at=hours.next_opening(moment),
        created_at=moment,
    )
    audit.record(actor=actor, verb="notices.test", target=delivery, label=channel.name)
    if hours.is_open(moment):
        start_job(kind=DELIVER, params={"test": delivery.pk}, actor=actor, title=DELIVER)
    return delivery


# -- what is due -----------------------------------------------------------------------------------

Planned = tuple[list[Delivery], list[Notice]]


def _plan(now: datetime) -> list[Planned]:
    """Return the messages due now, unsaved, each with the notices that are in it."""
    return [*_plan_personal(now), *_plan_robots(now)]


def _plan_personal(now: datetime) -> Iterable[Planned]:
    day = timezone.localtime(now).date()
    personal = {channel.name for channel in channels.list_personal()}
    if not personal:
        return
    reached: dict[int, list[Address]] = defaultdict(list)
    for address in queries.list_addresses(personal):
        reached[address.user_id].append(address)
    fresh: dict[int, list[Notice]] = defaultdict(list)
    for notice in queries.list_fresh(list(reached), since=now - NEWS_FOR, now=now):
        fresh[notice.recipient_id].append(notice)
    told = set(
        Delivery.objects.filter(
            form=Form.DIGEST, day=day, recipient_id__in=list(fresh)
        ).values_list("recipient_id", flat=True)
    )
    for user_id, notices in fresh.items():
        timing = queries.timing_of(reached[user_id][0].user)
        form, chosen = _choose(notices, timing, now, is_told=user_id in told)
        if chosen:
            write = wording.write_digest if form is Form.DIGEST else wording.write_urgent
            title, body = write(chosen)
            yield (
                [
                    _message(address.channel, form, now, title, body, chosen, user_id)
                    for address in reached[user_id]
                ],
                chosen,
            )


def _choose(
    notices: list[Notice], timing: Timing, now: datetime, *, is_told: bool
) -> tuple[Form, list[Notice]]:
    """Return the form of the person's message and what is in it: the digest first, else what is urgent.

    What is urgent goes with the digest when that is due, so that nobody gets two messages at a time.
    """
    is_impatient = timing is Timing.URGENT
    urgent = [each for each in notices if is_impatient and NoticeKind(each.kind).is_urgent]
    due = [each for each in notices if each.deliver_after <= now]
    if due and not is_told:
        return Form.DIGEST, [each for each in notices if each in due or each in urgent]
    return Form.URGENT, urgent


def _plan_robots(now: datetime) -> Iterable[Planned]:
    day = timezone.localtime(now).date()
    for channel in channels.list_robots():
        before = (
            Delivery.objects.filter(channel=channel.name, form=Form.ROBOT)
            .order_by("-created_at")
            .first()
        )
        if before is not None and before.day >= day:
            continue
        since = max(before.created_at if before else now - timedelta(days=1), now - NEWS_FOR)
        counts = queries.count_by_unit(since, now, channel.unit)
        names = import_string(settings.UNIT_NAMES)(list(counts)) if counts else {}
        title, body = wording.write_counts(counts, names)
        if body:
            number = sum(found.total() for found in counts.values())
            message = _message(channel.name, Form.ROBOT, now, title, body, [], None)
            message.notices = number
            yield [message], []


def _message(
    channel: str,
    form: Form,
    now: datetime,
    title: str,
    body: str,
    notices: list[Notice],
    recipient_id: int | None,
) -> Delivery:
    return Delivery(
        channel=channel,
        form=form,
        recipient_id=recipient_id,
        day=timezone.localtime(now).date(),
        body=f"{title}\n{body}",
        notices=len(notices),
        next_attempt_at=now,
        created_at=now,
    )


# -- sending ---------------------------------------------------------------------------------------


def _deliver(pk: int) -> DeliveryState:
    """Try once to send a message, outside any transaction, and return where it stands then."""
    now = clock.now()
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=pk)
        if (
            delivery.state != DeliveryState.WAITING
            or delivery.next_attempt_at > now
            or not hours.is_open(now)
        ):
            return DeliveryState.WAITING
        tries = delivery.attempts
        is_last = tries >= len(RETRY_AFTER)
        delivery.attempts = tries + 1
        pause = RETRY_AFTER[min(tries, len(RETRY_AFTER) - 1)]
        delivery.next_attempt_at = hours.next_opening(now + pause)
        delivery.save(update_fields=["attempts", "next_attempt_at"])
    error = _try(delivery)
    if error and not is_last:
        Delivery.objects.filter(pk=pk).update(error=error)
        return DeliveryState.WAITING
    state = DeliveryState.FAILED if error else DeliveryState.SENT
    Delivery.objects.filter(pk=pk).update(
        state=state, error=error, body="", address="", finished_at=clock.now()
    )
    return state


def _try(delivery: Delivery) -> str:
    """Send the message and return the reason why it was not taken, empty when it was."""
    channel = channels.find_channel(delivery.channel)
    if channel is None:
        return "The channel is no longer configured."
    address = delivery.address
    if delivery.recipient_id is not None:
        known = queries.list_addresses([channel.name]).filter(user_id=delivery.recipient_id).first()
        if known is None:
            return "The person has switched this channel off."
        address = known.address
    title, _newline, body = delivery.body.partition("\n")
    try:
        channels.send(channel, title=title, body=body, address=address)
    except channels.ChannelError as error:
        return str(error)
    return ""
