"""Does one piece of work in a process of its own and kills it (SIGKILL) at the n-th moment.

    python tests/kill/victim.py WORK MOMENT

A moment is an SQL statement or a file put in place (rename): everything that leaves a trace. Moment 0 never
comes: the work is done to its end. Prints how many moments there were. The data folder and the database come from the
environment, as for any other process of the product.
"""

import os
import signal
import sys

moments = 0
fatal = int(sys.argv[2])


def pass_moment() -> None:
    global moments  # noqa: PLW0603  one process, one count
    moments += 1
    if moments == fatal:
        os.kill(os.getpid(), signal.SIGKILL)


def count_statement(execute, sql, params, many, context):
    pass_moment()
    return execute(sql, params, many, context)


def hear_event(event: str, _arguments: tuple) -> None:
    if event == "os.rename" and counting:
        pass_moment()


counting = False
sys.addaudithook(hear_event)


def publish() -> None:
    from linghang.accounts.models import User
    from linghang.evaluation import api as evaluation
    from linghang.evaluation.models import Publication, Run

    officer = User.objects.get(username="officer")
    for run in Run.objects.filter(period=os.environ["KILL_PERIOD"]).order_by("pk"):
        if not Publication.objects.filter(run=run).exists():
            evaluation.publish_run(run=run, actor=officer)


def work_off_jobs() -> None:
    from django_tasks_db.management.commands.db_worker import Worker

    from linghang.platform.tasks import services as jobs

    jobs.recover_jobs()
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="victim",
        excluded_queue_names=[],
    ).run()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.dev")
    import django

    django.setup()
    from django.db import connection

    counting = True
    with connection.execute_wrapper(count_statement):
        {"publish": publish, "jobs": work_off_jobs}[sys.argv[1]]()
    print(moments)
