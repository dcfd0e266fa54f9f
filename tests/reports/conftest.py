"""The worked example of evaluation, run by both schemes, computed and public."""

from __future__ import annotations

import pytest

from linghang.evaluation import api as evaluation
from tests.evaluation import cases


@pytest.fixture(autouse=True)
def _own_lake(settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"


@pytest.fixture
def schemes(bureau):
    return [cases.install(cases.unit_scheme()), cases.install(cases.person_scheme())]


@pytest.fixture
def evaluate(bureau, schemes):
    """Runs both schemes for a month; those of units first."""

    def run(period=cases.OCTOBER):
        return [
            evaluation.run_evaluation(
                scheme=scheme, period=period, root=bureau.committee, actor=bureau.officer.user
            )
            for scheme in schemes
        ]

    return run


@pytest.fixture
def publish(bureau, evaluate):
    """Runs and publishes both schemes for a month."""

    def make(period=cases.OCTOBER):
        return [
            evaluation.publish_run(run=run, actor=bureau.officer.user) for run in evaluate(period)
        ]

    return make


@pytest.fixture
def runs(bureau, evaluate):
    cases.write_example(bureau)
    return evaluate()


@pytest.fixture
def publications(bureau, publish):
    cases.write_example(bureau)
    return publish()
