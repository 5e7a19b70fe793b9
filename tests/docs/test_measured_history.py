"""The history in the repository: readable, and it shows what the docs say of it."""

import math
import re
import subprocess
from pathlib import Path

import pytest

from lowprec.history.accepted import ACCEPTED_NAME, load_acceptances
from lowprec.history.files import read_history
from lowprec.judging.comparison import Comparison, compare_pairs
from lowprec.judging.session import replay
from lowprec.judging.sides import matches
from lowprec.record.summary import summaries_of
from lowprec.report.comparison import comparison_text
from lowprec.report.verdicts import verdicts_text
from tests.docs.texts import DOCS, ROOT

STORAGE = ROOT / ".benchmarks"

CHECK_QUOTED_IN = DOCS / "verdicts.md"
COMPARE_QUOTED_IN = DOCS / "compare.md"
TABLE_2_IN = DOCS / "findings.md"


@pytest.fixture(scope="module")
def sessions():
    """The sessions of the repository; whoever runs the suite adds others beside them."""
    listed = subprocess.run(
        ["git", "ls-files", "--", STORAGE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    committed = {Path(line).stem for line in listed.stdout.splitlines() if line.endswith(".json")}
    if not committed:
        pytest.skip("no git checkout: the repository's sessions cannot be told from others")
    stored = [s for s in read_history(STORAGE).sessions if s.name in committed]
    assert len(stored) == len(committed)
    return stored


@pytest.fixture(scope="module")
def summaries(sessions):
    return summaries_of(sessions)


def compared(summaries, field, protocol, *values):
    """The pairs of one comparison, by name."""
    for before, after in matches(summaries, field):
        if (after.protocol, before.value(field), after.value(field)) == (protocol, *values):
            return {pair.pair: pair for pair in compare_pairs(before, after)}
    raise AssertionError(f"{protocol}: no comparison of {field} {values}")


def test_keras_3_lost_half_precision_on_dense_and_embedding_models(summaries):
    pairs = compared(summaries, "keras", "quick", "2.21.0", "3.15.1")
    changed = {name for name, pair in pairs.items() if "outcome changed" in pair.verdicts}
    assert changed >= {("NN-I", "half"), ("NN-T", "half")}
    for name in (("NN-I", "half"), ("NN-T", "half")):
        assert pairs[name].before_outcomes == ("learns",)
        assert "learns" not in pairs[name].after_outcomes


def test_keras_3_lost_accuracy_of_the_embedding_model_in_full_precision(summaries):
    pairs = compared(summaries, "keras", "paper", "2.21.0", "3.15.1")
    single = pairs["NN-T", "single"]
    assert "worse" in single.verdicts
    assert single.before_accuracy == pytest.approx(0.835, abs=0.001)
    assert single.after_accuracy == pytest.approx(0.796, abs=0.001)


def test_float16_became_faster_on_the_cpu(summaries):
    pairs = compared(summaries, "tensorflow", "quick", "2.15.1", "2.21.0")
    faster = {name for name, pair in pairs.items() if "faster" in pair.verdicts}
    assert faster >= {
        (model, scheme) for model in ("NN-I", "CNN-I", "RNN-T") for scheme in ("half", "mixed")
    }
    for scheme in ("half", "mixed"):
        assert math.exp(pairs["RNN-T", scheme].log_ratio.high) < 0.1
    pairs = compared(summaries, "tensorflow", "quick", "2.18.1", "2.21.0")
    for scheme in ("half", "mixed"):
        assert math.exp(pairs["CNN-I", scheme].log_ratio.high) < 0.25


def test_keras_3_lost_half_precision_between_tensorflow_2_15_and_2_18_too(summaries):
    pairs = compared(summaries, "tensorflow", "quick", "2.15.1", "2.18.1")
    changed = {name for name, pair in pairs.items() if "outcome changed" in pair.verdicts}
    assert changed == {("NN-I", "half"), ("NN-T", "half")}


def test_double_and_single_repeat_to_the_digit_within_a_generation_of_keras(summaries):
    for before, after in (("2.12.1", "2.15.1"), ("2.15.1", "2.21.0"), ("2.18.1", "2.21.0")):
        pairs = compared(summaries, "tensorflow", "quick", before, after)
        for (model, scheme), pair in pairs.items():
            change = pair.accuracy_change
            same = change is not None and abs(change.value) < 1e-9
            if (model, scheme, before) == ("CNN-I", "double", "2.18.1"):
                assert not same  # the one exception
            elif scheme in ("double", "single"):
                assert same, (model, scheme, after)


def test_they_repeat_on_the_full_sets_too(summaries):
    pairs = compared(summaries, "tensorflow", "paper", "2.15.1", "2.21.0")
    changes = {
        (model, scheme): pair.accuracy_change.value
        for (model, scheme), pair in pairs.items()
        if scheme in ("double", "single")
    }
    assert changes == {
        (m, s): pytest.approx(0, abs=1e-9)
        for m in ("NN-I", "CNN-I", "NN-T")
        for s in ("double", "single")
    }


def test_the_gate_calls_the_newest_session_on_keras_3_ok(summaries):
    verdict = verdict_of("0018", summaries)
    assert {pair.verdicts for pair in verdict.pairs} == {("ok",)}
    [single] = [pair for pair in verdict.pairs if pair.pair == ("CNN-I", "single")]
    assert single.timing.ratio == pytest.approx(0.86, abs=0.005)
    assert single.timing.smallest == pytest.approx(1.79, abs=0.005)


def accepted():
    """What was accepted, as it stands beside the history."""
    return load_acceptances(STORAGE / ACCEPTED_NAME)


def flagged(summaries, acceptances):
    """The flagged pairs, by the numbers of their sessions."""
    verdicts = replay(summaries, acceptances)
    return {
        verdict.session.name[:4]: [str(pair.pair) for pair in verdict.pairs if pair.flagged]
        for verdict in verdicts
        if verdict.flagged
    }


def verdict_of(number, summaries):
    """What the gate says of the session with this number."""
    return next(v for v in replay(summaries, accepted()) if v.session.name.startswith(number))


def quoted(page, section):
    """The lines that stand in a page below a sentence."""
    text = page.read_text(encoding="utf-8").partition(section)[2]
    return [line.strip() for line in text.split("\n\n")[1].splitlines()]


def test_the_docs_show_what_check_prints(summaries):
    lines = quoted(CHECK_QUOTED_IN, "check --session 0018")
    printed = verdicts_text(verdict_of("0018", summaries)).splitlines()
    assert len(lines) == 3
    assert [line for line in lines if line not in printed] == []


def test_the_docs_show_what_keras_3_was_flagged_for(summaries):
    lines = quoted(CHECK_QUOTED_IN, "check --session 0004")
    printed = verdicts_text(verdict_of("0004", summaries)).splitlines()
    assert len(lines) == 7
    assert [line for line in lines if line not in map(str.strip, printed)] == []


def test_the_docs_show_what_compare_prints(summaries):
    lines = quoted(COMPARE_QUOTED_IN, "sixteen lines for Keras 2 and 3")
    keras = next(
        Comparison(before, after, compare_pairs(before, after))
        for before, after in matches(summaries, "keras")
        if before.environment.tensorflow == after.environment.tensorflow
        and after.protocol == "quick"
    )
    printed = comparison_text("keras", [keras]).splitlines()
    assert len(lines) == 3
    assert [line for line in lines if line not in printed] == []


def test_the_gate_raises_no_alarm_on_the_whole_history(summaries):
    assert flagged(summaries, accepted()) == {}


def test_keras_3_is_flagged_in_every_session_until_its_loss_is_accepted(summaries):
    """Its two lanes are TensorFlow 2.21 from 0004 on and 2.18 from 0010 on."""
    others = [row for row in accepted() if "Keras 3" not in row.reason]
    assert flagged(summaries, others) == {
        number: ["NN-I half", "NN-T half"]
        for number in ("0004", "0006", "0008", "0010", "0012", "0015", "0018")
    }
    verdicts = {verdict.session.name[:4]: verdict for verdict in replay(summaries, others)}
    assert {pair.verdicts[0] for v in verdicts.values() for pair in v.pairs if pair.flagged} == {
        "outcome changed"
    }
    for number, tensorflow in (("0004", "2.21.0"), ("0010", "2.18.1")):
        half = verdicts[number].pairs[2]
        assert half.since["tensorflow"] == ("2.15.1", tensorflow)
        assert half.since["keras"] == ("2.15.0", "3.15.1")


def test_nothing_was_accepted_that_need_not_be(summaries):
    rows = accepted()
    needless = [row for row in rows if not flagged(summaries, [r for r in rows if r is not row])]
    assert needless == []


def test_the_papers_table_2_on_both_generations_of_keras(sessions, summaries):
    """What is bold there is flagged, and nothing else."""
    page = TABLE_2_IN.read_text(encoding="utf-8")
    pairs = compared(summaries, "keras", "paper", "2.21.0", "3.15.1")
    two, three = (accuracies(sessions, keras) for keras in ("2.21.0", "3.15.1"))
    measured = {name: (two.get(name, "-"), three.get(name, "-")) for name in pairs}
    rows = re.findall(
        r"^\| (\S+) \| (\S+) \| \S+%.* \| (\d+\.\d+%|-)[^|]* \| \**(\d+\.\d+%|-).*\|$",
        page,
        re.MULTILINE,
    )
    assert {(model, scheme): tuple(accuracy) for model, scheme, *accuracy in rows} == measured
    bold = re.findall(r"^\| (\S+) \| (\S+) \| \S+%.* \| [^|]+ \| \*\*", page, re.MULTILINE)
    assert {name for name, pair in pairs.items() if pair.worse} == set(bold)


def accuracies(sessions, keras):
    """Of the paper protocol on TensorFlow 2.21 and a CPU, as the docs write them."""
    return {
        name: f"{stored.accuracy:.2%}"
        for session in sessions
        if (session.protocol, session.environment.device) == ("paper", "cpu")
        and (session.environment.tensorflow, session.environment.keras) == ("2.21.0", keras)
        for name, stored in session.pairs.items()
    }


def test_the_docs_show_an_h100s_times_and_accuracies(sessions):
    [session] = [s for s in sessions if s.environment.device == "gpu" and s.protocol == "paper"]
    stored = list(session.pairs.values())
    lines = (DOCS / "gpu.md").read_text(encoding="utf-8").splitlines()
    times = " | ".join(f"{pair.whole_seconds:.1f}" for pair in stored)
    accuracies = " | ".join(f"{pair.accuracy:.4f}"[1:] for pair in stored)
    assert f"| H100, seconds | {times} |" in lines
    assert f"| accuracy, H100 | {accuracies} |" in lines


def test_convolutions_diverge_in_half_precision_everywhere(sessions):
    outcomes = {
        stored.outcome
        for session in sessions
        for name, stored in session.pairs.items()
        if name == ("CNN-I", "half")
    }
    assert outcomes == {"diverged"}
