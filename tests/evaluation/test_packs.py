"""Schemes come in packs; the linter refuses what no scheme may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

import linghang.library
from linghang.evaluation import services
from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Scheme
from linghang.platform.packs import services as packs
from linghang.platform.packs.findings import PackRefused
from tests.evaluation import cases

SHIPPED = Path(linghang.library.__file__).parent / "packs"


def pack(*schemes, version="1.0.0"):
    return {
        "pack": "probe",
        "version": version,
        "title": {"zh": "试验", "en": "probe"},
        "description": {"zh": "试验", "en": "probe"},
        "practices": ["P33"],
        "basis": ["试验"],
        "contents": {"schemes": list(schemes)},
    }


def fair(**changes):
    """A scheme the linter lets pass: no criterion weighs more than a quarter."""
    document = cases.unit_scheme(**changes)
    document["dimensions"] = [
        {
            "code": "D1",
            "title": cases.text("组织生活"),
            "criteria": [cases.duty_share(f"D1-{n}", "20") for n in range(1, 4)],
        },
        {
            "code": "D2",
            "title": cases.text("服务"),
            "criteria": [cases.deeds(f"D2-{n}", "20") for n in range(1, 3)],
        },
    ]
    return document


def test_pack_puts_its_scheme_into_force_and_an_upgrade_replaces_it(db):
    packs.install_pack(pack(fair()))
    scheme = Scheme.objects.get()
    assert (scheme.code, scheme.state, scheme.pack) == ("flag", SchemeState.ADOPTED, "probe")
    packs.install_pack(pack(fair(version="1.1.0", deduction_floor="-10"), version="1.1.0"))
    assert list(Scheme.objects.order_by("pk").values_list("version", "state")) == [
        ("1.0.0", SchemeState.RETIRED),
        ("1.1.0", SchemeState.ADOPTED),
    ]


def test_same_pack_twice_changes_nothing(db):
    packs.install_pack(pack(fair()))
    packs.install_pack(pack(fair()))
    assert Scheme.objects.count() == 1


def test_upgrade_without_the_scheme_retires_it(db):
    packs.install_pack(pack(fair(), fair(code="flag-two")))
    packs.install_pack(pack(fair(), version="1.1.0"))
    assert dict(Scheme.objects.values_list("code", "state")) == {
        "flag": SchemeState.ADOPTED,
        "flag-two": SchemeState.RETIRED,
    }


def test_pack_leaves_what_a_committee_adopted_and_takes_no_version_of_it(bureau):
    packs.install_pack(pack(fair()))
    own = services.install_scheme(
        document=fair(version="1.1.0", deduction_floor="-5"), actor=None, root=bureau.committee
    )
    taken = pack(fair(version="1.1.0"), version="2.0.0")
    with pytest.raises(PackRefused) as refusal:
        packs.install_pack(taken)
    [finding] = [one for one in refusal.value.findings if one.code == "known_version"]
    assert (finding.place, finding.message, finding.remedy) == (
        "contents.schemes[0].version",
        "“红旗指数”1.1.0版是中共示范甲供电公司委员会已审定的版本，内容不得改动。",
        "请把方案版本号改为高于1.1.0，并提高实践包的版本号。",
    )
    higher = pack(fair(version="1.2.0"), version="2.0.0")
    [finding] = [one for one in packs.check_pack(higher) if one.code == "own_version"]
    assert (str(finding.severity), finding.message) == (
        "warning",
        "中共示范甲供电公司委员会 1.1.0：“红旗指数”仍按本单位党委审定的版本执行。",
    )
    for version in ("2.0.0", "3.0.0"):  # an upgrade, and one that changes nothing of the scheme
        packs.install_pack(pack(fair(version="1.2.0"), version=version))
    assert list(Scheme.objects.order_by("version").values_list("version", "state", "root")) == [
        ("1.0.0", SchemeState.RETIRED, None),
        ("1.1.0", SchemeState.ADOPTED, bureau.committee.pk),
        ("1.2.0", SchemeState.ADOPTED, None),
    ]
    assert services.find_scheme("flag", bureau.committee) == own


def test_scheme_that_counts_log_in_days_is_refused_with_its_basis(db):
    document = fair()
    document["dimensions"][1]["criteria"][0]["title"] = cases.text("登录天数", "log-in days")
    with pytest.raises(PackRefused) as refusal:
        packs.install_pack(pack(document))
    assert any("2026〕12号" in finding.basis for finding in refusal.value.findings)
    assert Scheme.objects.count() == 0


def test_scheme_with_an_undeclared_kind_is_refused(db):
    document = fair()
    document["dimensions"][0]["criteria"][0]["measure"]["ratio"]["of"]["kinds"] = ["no.such"]
    with pytest.raises(PackRefused, match=r"no\.such"):
        packs.install_pack(pack(document))


def test_shipped_indices_go_into_force(db):
    for name in (
        "organisation-life",
        "study-cadence",
        "safety-records",
        "business-support",
        "red-flag-index",
        "red-star-index",
    ):
        packs.install_pack(SHIPPED / f"{name}.yaml")
    found = {
        scheme.code: sum(len(part["criteria"]) for part in scheme.document["dimensions"])
        for scheme in Scheme.objects.filter(state=SchemeState.ADOPTED)
    }
    assert found == {"red-flag-index": 20, "red-star-index": 16}
