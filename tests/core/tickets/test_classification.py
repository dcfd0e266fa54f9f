"""Classification: exact n-grams, copies kept together, honest figures, probabilities, storing."""

import io
import json
import random
import re
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from linghang_core import tickets
from linghang_core.tickets import classification as core
from linghang_core.tickets.classification import (
    corpus,
    duplicates,
    evaluation,
    explanation,
    features,
    fitting,
    members,
)
from linghang_core.tickets.reading import DemandsError, read_demands

SHIPPED = Path(tickets.__file__).parent / "data" / "demands.csv"
PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "tickets.md"
KINDS = ("停电", "电费")
SHORT = st.text(alphabet="停电费表快慢，a1 ", min_size=1, max_size=12)


def read(rows, **more):
    table = pd.DataFrame(rows, columns=["text", "label"], dtype="string")
    return read_demands(table, text="text", label="label", **more)


@cache
def load_shipped():
    table = pd.read_csv(SHIPPED, dtype="string")
    return read_demands(table, text="text", label="kind")


@cache
def evaluate_shipped():
    return core.evaluate(load_shipped())


@cache
def train_small():
    """A model of three kinds of the shipped corpus: fast."""
    return core.train(take_kinds("表扬", "故障报修", "查询咨询")).model


def take_kinds(*kinds):
    found = load_shipped()
    return read([p for p in zip(found.texts, found.labels, strict=True) if p[1] in kinds])


def read_table_after(heading):
    """Return the rows of the first table below a heading of the page."""
    part = PAGE.read_text(encoding="utf-8").split(heading, 1)[1]
    lines = part[part.index("|") :].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


# Words and n-grams


def test_weighted_n_grams_equal_those_of_scikit_learn():
    texts = ["停电停电三天", "电费算错三倍", "停电没有通知", "电费账单没有"]
    grams, counts = features.learn(texts, features.CHARACTERS)
    found = features.weigh(counts, features.find_rarity(counts))
    other = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
    expected = other.fit_transform(texts).toarray()
    names = [grams.spell(column) for column in range(len(grams.keys))]
    order = [names.index(name) for name in other.get_feature_names_out()]
    assert len(names) == expected.shape[1]
    np.testing.assert_allclose(found.toarray()[:, order], expected, atol=1e-7)


@given(st.lists(SHORT, min_size=1, max_size=6))
def test_every_n_gram_is_counted_as_often_as_it_stands_between_punctuation(texts):
    grams, counts = features.learn(texts * 2, features.CHARACTERS)
    for row, text in enumerate(texts):
        runs = re.findall(r"[^\W_]+", text)
        for column in range(len(grams.keys)):
            gram = grams.spell(column)
            times = sum(run.startswith(gram, n) for run in runs for n in range(len(run)))
            assert counts[row, column] == times, gram
    again = features.count(texts, grams)
    assert (again != counts[: len(texts)]).nnz == 0


def test_segmented_text_gives_words_and_pairs_of_words():
    read_texts = features.read(["城南 频繁 停电", "城南 频繁 跳闸"], features.WORDS, segmented=True)
    grams, counts = features.learn(read_texts, features.WORDS)
    spelled = sorted(grams.spell(column) for column in range(len(grams.keys)))
    assert spelled == ["城南", "城南频繁", "频繁"]
    assert counts.toarray().tolist() == [[1, 1, 1], [1, 1, 1]]


def test_what_was_never_seen_counts_for_nothing():
    grams, _counts = features.learn(["停电三天", "停电两天"], features.CHARACTERS)
    assert features.count(["龘龘龘", ""], grams).nnz == 0


# Copies


def test_the_worked_table_of_likeness():
    for left, right, expected, near in read_table_after("### Copies, by hand"):
        letters = [duplicates.strip(left), duplicates.strip(right)]
        cuts = [{t[n : n + 4] for n in range(len(t) - 3)} for t in letters]
        share = len(cuts[0] & cuts[1]) / len(cuts[0] | cuts[1])
        assert f"{share:.2f}" == expected
        groups = duplicates.group_near(letters)
        exact = letters[0] == letters[1]
        assert ("exact" if exact else "near" if groups[0] == groups[1] else "no") == near


@given(
    st.lists(st.text(alphabet="停电费表", min_size=1, max_size=14), min_size=2, max_size=8),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_copies_never_leave_their_group_when_rows_are_shuffled(texts, draw):
    demands = read([(t, KINDS[n % 2]) for n, t in enumerate([*texts, *texts])])
    mixed = list(zip(demands.texts, demands.labels, strict=True))
    draw.shuffle(mixed)
    found = [place_of(one) for one in (demands, read(mixed))]
    assert found[0] == found[1]


def place_of(demands):
    """Return the fold of each text, by the text, or why there is none."""
    try:
        known = corpus.prepare(demands, folds=3)
    except DemandsError:
        return "too few"
    labels = [known.names[c] for c in known.classes]
    dealt = duplicates.deal_folds(labels, known.groups, known.letters, folds=3)
    for group in set(known.groups.tolist()):
        assert len(set(dealt[known.groups == group])) == 1
    return dict(zip(known.letters, dealt.tolist(), strict=True))


def test_near_copies_are_those_of_an_exact_comparison():
    draw = random.Random(3)
    base = ["".join(draw.choices("停电费表快慢修理找谁问抢供所村镇小区", k=40)) for _ in range(30)]
    texts = base + [
        text[:n] + "换" + text[n + 1 :] for n, text in zip(range(5, 35), base, strict=True)
    ]
    groups = duplicates.group_near(texts)
    for n in range(30):
        assert groups[n] == groups[n + 30]
    assert len(set(groups.tolist())) == 30


def test_folds_hold_equal_shares_of_every_class():
    labels = ["甲"] * 50 + ["乙"] * 23 + ["丙"] * 7
    letters = [f"text{n}" for n in range(80)]
    dealt = duplicates.deal_folds(labels, np.arange(80), letters, folds=5)
    for label, fewest in (("甲", 10), ("乙", 4), ("丙", 1)):
        sizes = np.bincount(dealt[[each == label for each in labels]], minlength=5)
        assert sizes.min() == fewest
        assert sizes.max() - sizes.min() <= 1


def test_labels_that_contradict_are_listed_and_the_most_frequent_counts():
    demands = read(
        [
            ("停电三天", "甲"),
            ("停电，三天", "乙"),
            ("停电 三天！", "乙"),
            ("费高", "甲"),
            ("灯坏", "甲"),
            ("表快", "乙"),
            ("x1", "乙"),
        ]
    )
    found = corpus.prepare(demands, folds=2)
    at = found.letters.index("停电三天")
    assert (found.names[found.classes[at]], found.duplicates_removed) == ("乙", 2)
    assert [(f.row, f.code, f.severity) for f in found.findings] == [
        (2, "conflicting_labels", "warning"),
        (3, "conflicting_labels", "warning"),
        (4, "conflicting_labels", "warning"),
    ]


def test_a_class_with_one_text_is_left_out_and_listed():
    rows = [
        ("停电三天了", "甲"),
        ("灯不亮了", "甲"),
        ("电费算错", "乙"),
        ("账单不对", "乙"),
        ("谢谢", "丙"),
        ("谢谢！", "丙"),
    ]
    found = corpus.prepare(read(rows), folds=2)
    assert found.names == ("乙", "甲")
    assert [(f.row, f.code) for f in found.findings] == [
        (6, "class_too_small"),
        (7, "class_too_small"),
    ]


# Figures


def test_copies_do_not_help_labels_that_mean_nothing():
    draw = random.Random(1)
    rows = []
    for n in range(80):
        text = "".join(draw.choices("停电费表快慢修理找谁问抢供所村镇小区天气", k=24))
        near = text[:10] + "改" + text[11:]
        rows += [(text, KINDS[n % 2]), (text + "。", KINDS[n % 2]), (near, KINDS[n % 2])]
    found = core.evaluate(read(rows))
    assert (found.rows, found.duplicates_removed, found.near_duplicates) == (160, 80, 160)
    assert found.macro_f1 < 0.65  # a copy on the other side would make it 1


def test_the_shipped_corpus_is_learnable_and_hard():
    found = evaluate_shipped()
    assert (found.rows, found.duplicates_removed, len(found.per_class)) == (440, 0, 8)
    assert 0.74 < found.macro_f1 < 0.9
    assert found.micro_f1 == pytest.approx(
        sum(found.confusion[label].get(label, 0) for label in found.per_class) / 440
    )
    assert sum(row["support"] for row in found.per_class.values()) == 440


def test_probabilities_mean_what_they_say_and_sure_decisions_are_right_as_often_as_asked():
    found = evaluate_shipped()
    assert found.calibration_error < 0.07
    assert found.sure_accuracy > 0.9
    assert 0.3 < found.coverage < 0.8


def test_evaluation_is_the_same_on_shuffled_rows():
    demands = take_kinds("表扬", "意见", "举报")
    rows = list(zip(demands.texts, demands.labels, strict=True))
    random.Random(5).shuffle(rows)
    assert core.evaluate(read(rows), seed=3) == core.evaluate(demands, seed=3)


def test_f1_by_hand():
    known = corpus.prepare(
        read([("停电了", "甲"), ("没电了", "甲"), ("费高了", "乙"), ("费错了", "乙")]), folds=2
    )
    given_classes = np.where(known.classes == 0, 0, [0, 1, 0, 1])
    report = evaluation._report(known, given_classes)
    for number, name in enumerate(known.names):
        right = int(((given_classes == number) & (known.classes == number)).sum())
        said, were = int((given_classes == number).sum()), int((known.classes == number).sum())
        assert report[name]["precision"] == (right / said if said else 0)
        assert report[name]["recall"] == right / were


def test_the_worked_table_of_the_limit():
    rows = read_table_after("### The limit of sure, by hand")
    sure = np.array([float(row[0]) for row in rows])
    right = np.array([row[1] == "yes" for row in rows])
    shares = np.cumsum(right) / np.arange(1, len(rows) + 1)
    assert [f"{share:.2f}" for share in shares] == [row[2] for row in rows]
    judged = np.stack([sure, 1 - sure], axis=1)
    classes = np.where(right, 0, 1)
    assert fitting.find_limit(judged, classes, 0.9) == 0.95
    assert fitting.find_limit(judged, classes, 0.8) == 0.6
    assert fitting.find_limit(judged[2:3], classes[2:3], 0.8) == 2.0


def test_texts_that_share_nothing_are_judged_by_chance_and_never_fail():
    rows = [(chr(0x4E00 + 3 * n) + chr(0x6E00 + 3 * n), KINDS[n % 2]) for n in range(12)]
    found = core.evaluate(read(rows), folds=3)
    assert (found.rows, found.findings) == (12, ())
    assert found.micro_f1 <= 0.6


def test_a_class_that_is_not_in_the_training_texts_is_not_given():
    texts = sparse.csr_matrix(np.eye(4))
    machine, other, bayes = members.fit_members([texts, texts], None, np.array([0, 0, 2, 2]), 3)
    for member in (machine, other):
        given_classes = member.score(sparse.hstack([texts, texts], "csr")).argmax(axis=1)
        assert given_classes.tolist() == [0, 0, 2, 2]
    assert bayes.matrix.shape == (3, 8)


# Joining and deciding


def test_joined_members_are_one_linear_member():
    draw = np.random.default_rng(2)
    texts = sparse.csr_matrix(draw.random((7, 5)))
    parts = [members.Weights(draw.random((3, 5)), draw.random(3)) for _ in range(2)]
    junction = members.Junction(np.array([0.7, 2.0]), draw.random(3))
    merged = members.soften(junction.merge(parts).score(texts))
    np.testing.assert_allclose(merged, junction.judge([part.score(texts) for part in parts]))


def test_a_member_that_knows_nothing_gets_no_share():
    draw = np.random.default_rng(4)
    classes = draw.integers(0, 3, 400)
    good = np.eye(3)[classes] + draw.normal(0, 0.7, (400, 3))
    shares = members.join([good, draw.normal(0, 1, (400, 3))], classes).shares
    assert shares[0] > 1
    assert shares[1] < 0.2


@given(st.lists(SHORT, min_size=1, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_probabilities_sum_to_one_and_do_not_depend_on_the_order_of_rows(texts, draw):
    model = train_small()
    found = core.judge(model, texts)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    order = list(range(len(texts)))
    draw.shuffle(order)
    np.testing.assert_allclose(core.judge(model, [texts[n] for n in order]), found[order])


def test_a_decision_names_class_probability_and_the_words_for_it():
    (found,) = core.classify(train_small(), ["冒烟了没电了，快来人抢修"])
    assert (found.label, found.sure) == ("故障报修", True)
    assert found.probability > 0.9
    assert {"冒烟", "没电"} <= set(found.words)


def test_a_text_of_unknown_characters_is_never_sure():
    (found,) = core.classify(train_small(), ["龘靐齉"])
    assert not found.sure
    assert found.words == ()


def test_words_named_for_a_class_are_its_own():
    words = train_small().words
    assert {"感谢", "表扬"} <= set(words["表扬"])
    assert "请问" in words["查询咨询"]
    assert explanation.pick_words(
        ["停", "电停", "停电", "停电了", "跳闸"], frozenset({"停电", "停", "停电了", "跳闸"}), 5
    ) == ["停电", "跳闸"]


class Meaning:
    """An operator's model in small: which of a few words a text holds."""

    name = "words-of-thanks-1"

    def embed(self, texts):
        return np.array(
            [[word in text for word in ("谢", "修", "问", "的")] for text in texts], float
        )


def test_an_embedder_of_the_operator_is_used_and_has_to_be_the_same():
    demands = take_kinds("表扬", "故障报修", "查询咨询")
    model = core.train(demands, embedder=Meaning()).model
    assert (model.embedder, model.dimensions) == ("words-of-thanks-1", 4)
    assert next(core.classify(model, ["谢谢师傅"], embedder=Meaning())).label == "表扬"
    with pytest.raises(DemandsError, match="words-of-thanks-1"):
        next(core.classify(model, ["谢谢师傅"]))
    found = core.evaluate(demands, embedder=Meaning()).as_dict()
    assert (found["embedder"], found["lexical_only"]) == ("words-of-thanks-1", True)


# Storing


def test_a_stored_model_decides_as_before_and_the_same_model_is_the_same_file(tmp_path):
    model, texts = train_small(), list(load_shipped().texts[:40])
    first = core.save(model, tmp_path / "one.model")
    again = core.load(tmp_path / "one.model")
    assert core.save(again, tmp_path / "two.model") == first
    assert (tmp_path / "one.model").read_bytes() == (tmp_path / "two.model").read_bytes()
    assert list(core.classify(again, texts)) == list(core.classify(model, texts))


def rewrite(path, change):
    """Write an archive again with its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def break_text(parts):
    parts["model.json"] = parts["model.json"].replace("表扬".encode(), "批评".encode())


def raise_version(parts):
    about = json.loads(parts["model.json"]) | {"version": 99}
    parts["model.json"] = json.dumps(about).encode()
    seal(parts)


def put_code(parts):
    packed = io.BytesIO()
    np.savez(packed, matrix=np.array([print], dtype=object))
    parts["arrays.npz"] = packed.getvalue()
    seal(parts)


def cut_matrix(parts):
    with np.load(io.BytesIO(parts["arrays.npz"])) as arrays:
        kept = dict(arrays) | {"matrix": arrays["matrix"][:, :5]}
    packed = io.BytesIO()
    np.savez(packed, **kept)
    parts["arrays.npz"] = packed.getvalue()
    seal(parts)


def seal(parts):
    from linghang_core.tickets.classification import storing

    parts["digest.txt"] = storing._digest(parts["model.json"], parts["arrays.npz"]).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (break_text, "digest does not fit"),
        (raise_version, "format 99"),
        (put_code, "pickle"),
        (cut_matrix, "do not fit one another"),
        (lambda parts: parts.pop("arrays.npz"), "holds no model"),
    ],
)
def test_a_file_that_was_changed_is_refused(tmp_path, change, said):
    path = tmp_path / "one.model"
    core.save(train_small(), path)
    rewrite(path, change)
    with pytest.raises(core.ModelError, match=said):
        core.load(path)
