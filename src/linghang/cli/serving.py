"""`serve`, `worker`, `migrate` and `demo`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import click

CONNECTIONS = 2000
WORKER_RESTART_SECONDS = 2
HOUSEKEEPING_SECONDS = 30


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered side by side.")
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=True,
    show_default=True,
    help="Run the worker for background jobs beside the server.",
)
def serve(host: str, port: int, threads: int, *, with_worker: bool) -> None:
    """Serve the installation.

    Starts the web server and, unless --no-worker, one worker for background jobs, which is started
    again should it die. Stop with Ctrl+C. For more than one machine run `serve --no-worker` behind your
    proxy and `worker` where jobs should run; both need the same DATABASE_URL and LINGHANG_DATA_DIR.

    Example: linghang serve --host 0.0.0.0 --port 8080
    """
    import waitress

    from linghang.config.wsgi import application

    if with_worker:
        keep_worker_running()
    signal.signal(signal.SIGTERM, _leave)
    click.echo(f"Linghang serves http://{host}:{port}/  (Ctrl+C stops it)")
    waitress.serve(
        application,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        # A browser keeps up to six connections open: the hundred of the default are seventeen readers,
        # and the next one waits until somebody's idle connection is dropped.
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
    )


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def keep_worker_running() -> None:
    """Start a worker process and start it again whenever it dies; it goes with this process."""

    def supervise() -> None:
        while True:
            started = subprocess.Popen([sys.executable, "-m", "linghang", "worker"])
            children.append(started)
            started.wait()
            children.remove(started)
            if leaving.is_set():
                return
            time.sleep(WORKER_RESTART_SECONDS)

    children: list[subprocess.Popen[bytes]] = []
    leaving = threading.Event()

    def stop() -> None:
        leaving.set()
        for child in children:
            child.terminate()

    import atexit

    atexit.register(stop)
    threading.Thread(target=supervise, daemon=True, name="worker-supervisor").start()


@click.command()
@click.option("--once", is_flag=True, help="Do the jobs that wait now, then leave.")
def worker(*, once: bool) -> None:
    """Do background jobs: imports, evaluations, bulletins, and what is due every day.

    A job whose worker was killed is found at the next start and done again from its beginning; what a job
    writes is one transaction, so a killed job has left nothing behind.
    """
    from django_tasks_db.management.commands.db_worker import Worker

    from linghang.platform.tasks import services as jobs

    jobs.recover_jobs()
    if not once:
        threading.Thread(target=_keep_house, daemon=True, name="housekeeping").start()
    running = Worker(
        queue_names=["*"],
        interval=0.5,
        batch=once,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"linghang-{os.getpid()}",
        excluded_queue_names=[],
    )
    running.configure_signals()
    running.run()


def _keep_house() -> None:
    from django.db import close_old_connections
    from django.db.utils import DatabaseError

    from linghang.platform.tasks import services as jobs

    parent = os.getppid()
    while True:
        try:
            jobs.start_daily_jobs()
            jobs.recover_jobs()
            jobs.run_regular_checks()
        except DatabaseError:
            pass  # busy now; the next round comes
        finally:
            close_old_connections()
        for _second in range(HOUSEKEEPING_SECONDS):
            time.sleep(1)
            if os.getppid() != parent:  # the server that started this worker is gone
                os.kill(os.getpid(), signal.SIGTERM)
                return


@click.command()
def migrate() -> None:
    """Bring the installation to this version: tables, roles and posts, static files. Safe to repeat."""
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=1, interactive=False)
    if "Manifest" in settings.STORAGES["staticfiles"]["BACKEND"]:
        call_command("collectstatic", verbosity=0, interactive=False)
        click.echo("Static files are in place.")


@click.command()
@click.option("--reset", is_flag=True, help="Throw away what is there and build the demo again.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--no-serve", is_flag=True, help="Build only.")
@click.option("--small", is_flag=True, help="One small bureau and three months (for tests).")
@click.pass_context
def demo(context: click.Context, *, reset: bool, port: int, no_serve: bool, small: bool) -> None:
    """Build seven invented bureaus with a year of records, evaluate their months, and serve them.

    The second time it only serves: what was entered is kept. --reset begins again. Every name is
    invented; no organisation or person of the demo exists.
    """
    from django.conf import settings
    from django.core.management import call_command

    from linghang.demo import building, logins

    # Stands while the demo is being built: a build that was cut short is begun again, not served.
    unfinished = settings.DATA_DIR / "demo-unfinished"
    if reset or unfinished.exists():
        _empty_installation()
    call_command("migrate", verbosity=0, interactive=False)
    if building.is_built():
        click.echo(
            "The demo is there already; what was entered is kept. (make demo-reset begins again)"
        )
    else:
        unfinished.touch()
        building.build(size="small" if small else "full", say=click.echo)
        unfinished.unlink()
    click.echo(logins.describe_logins(f"http://127.0.0.1:{port}/"))
    if not no_serve:
        context.invoke(serve, host="127.0.0.1", port=port, threads=8, with_worker=True)


def _empty_installation() -> None:
    """Remove the SQLite database, the lake, the cache and the files of this installation."""
    from django.conf import settings
    from django.db import connections

    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        raise click.ClickException(
            "Only SQLite is emptied by this command; drop and create the database yourself."
        )
    connections.close_all()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database['NAME']}{suffix}").unlink(missing_ok=True)
    for folder in (settings.LAKE_DIR, settings.DATA_DIR / "cache", settings.MEDIA_ROOT):
        shutil.rmtree(folder, ignore_errors=True)
