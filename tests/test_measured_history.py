"""The history in the repository: readable, and it shows what the README says of it."""

import math
import re
import subprocess
from pathlib import Path

import pytest

from lowprec.acceptances import ACCEPTED_NAME, load_acceptances
from lowprec.comparison import compare_pairs
from lowprec.gate import replay
from lowprec.history import read_history
from lowprec.matching import matches
from lowprec.nights import nights_of
from lowprec.report.comparison import comparison_text
from lowprec.report.gate import verdicts_text

ROOT = Path(__file__).parents[1]
STORAGE = ROOT / ".benchmarks"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sessions():
    """The sessions of the repository; whoever runs the suite adds others beside them."""
    listed = subprocess.run(
        ["git", "ls-files", "--", STORAGE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    committed = {Path(line).stem for line in listed.stdout.splitlines() if line.endswith(".json")}
    if not committed:
        pytest.skip("no git checkout: the repository's sessions cannot be told from others")
    found = [s for s in read_history(STORAGE).sessions if s.name in committed]
    assert len(found) == len(committed)
    return found


def compared(sessions, field, protocol, *values):
    """The pairs of one comparison, by name."""
    for before, after in matches(sessions, field):
        found = before.environment[field], after.environment[field]
        if (after.protocol, *found) == (protocol, *values):
            return {(pair.model, pair.scheme): pair for pair in compare_pairs(before, after)}
    raise AssertionError(f"{protocol}: no comparison of {field} {values}")


def test_keras_3_lost_half_precision_on_dense_and_embedding_models(sessions):
    pairs = compared(sessions, "keras", "quick", "2.21.0", "3.15.1")
    changed = {name for name, pair in pairs.items() if "outcome changed" in pair.verdicts}
    assert changed >= {("NN-I", "half"), ("NN-T", "half")}
    for name in (("NN-I", "half"), ("NN-T", "half")):
        assert pairs[name].before_outcomes == ("learns",)
        assert "learns" not in pairs[name].after_outcomes


def test_keras_3_lost_accuracy_of_the_embedding_model_in_full_precision(sessions):
    pairs = compared(sessions, "keras", "paper", "2.21.0", "3.15.1")
    single = pairs["NN-T", "single"]
    assert "worse" in single.verdicts
    assert single.before_accuracy == pytest.approx(0.835, abs=0.001)
    assert single.after_accuracy == pytest.approx(0.796, abs=0.001)


def test_float16_became_faster_on_the_cpu(sessions):
    pairs = compared(sessions, "tensorflow", "quick", "2.15.1", "2.21.0")
    faster = {name for name, pair in pairs.items() if "faster" in pair.verdicts}
    assert faster >= {
        (model, scheme) for model in ("NN-I", "CNN-I", "RNN-T") for scheme in ("half", "mixed")
    }
    for scheme in ("half", "mixed"):
        assert math.exp(pairs["RNN-T", scheme].log_ratio.high) < 0.1
    pairs = compared(sessions, "tensorflow", "quick", "2.18.1", "2.21.0")
    for scheme in ("half", "mixed"):
        assert math.exp(pairs["CNN-I", scheme].log_ratio.high) < 0.25


def test_keras_3_lost_half_precision_between_tensorflow_2_15_and_2_18_too(sessions):
    pairs = compared(sessions, "tensorflow", "quick", "2.15.1", "2.18.1")
    changed = {name for name, pair in pairs.items() if "outcome changed" in pair.verdicts}
    assert changed == {("NN-I", "half"), ("NN-T", "half")}


def test_double_and_single_repeat_to_the_digit_within_a_generation_of_keras(sessions):
    for before, after in (("2.12.1", "2.15.1"), ("2.15.1", "2.21.0"), ("2.18.1", "2.21.0")):
        pairs = compared(sessions, "tensorflow", "quick", before, after)
        for (model, scheme), pair in pairs.items():
            same = pair.accuracy is not None and abs(pair.accuracy.value) < 1e-9
            if (model, scheme, before) == ("CNN-I", "double", "2.18.1"):
                assert not same  # the one exception
            elif scheme in ("double", "single"):
                assert same, (model, scheme, after)


def test_they_repeat_on_the_full_sets_too(sessions):
    pairs = compared(sessions, "tensorflow", "paper", "2.15.1", "2.21.0")
    changes = {
        (model, scheme): pair.accuracy.value
        for (model, scheme), pair in pairs.items()
        if scheme in ("double", "single")
    }
    assert changes == {
        (m, s): pytest.approx(0, abs=1e-9)
        for m in ("NN-I", "CNN-I", "NN-T")
        for s in ("double", "single")
    }


def test_the_gate_calls_the_newest_session_on_keras_3_ok(sessions):
    found = {one.night.name[:4]: one for one in replay(nights_of(sessions))}
    assert {pair.verdicts for pair in found["0018"].pairs} == {("ok",)}
    [single] = [pair for pair in found["0018"].pairs if pair.pair == ("CNN-I", "single")]
    assert single.time.ratio == pytest.approx(0.86, abs=0.005)
    assert single.time.smallest == pytest.approx(1.79, abs=0.005)


def test_the_readme_shows_what_the_commands_print(sessions):
    night = next(n for n in replay(nights_of(sessions)) if n.night.name.startswith("0018"))
    keras = next(
        (before, after, compare_pairs(before, after))
        for before, after in matches(sessions, "keras")
        if before.environment["tensorflow"] == after.environment["tensorflow"]
        and after.protocol == "quick"
    )
    quoted = [
        line.strip()
        for section in ("check --session 0018", "sixteen lines for Keras 2 and 3")
        for line in README.partition(section)[2].split("\n\n")[1].splitlines()
    ]
    printed = verdicts_text(night) + comparison_text("keras", [keras])
    assert len(quoted) == 6
    assert [line for line in quoted if line not in printed.splitlines()] == []


def test_the_gate_raises_no_alarm_on_the_whole_history(sessions):
    found = replay(nights_of(sessions), load_acceptances(STORAGE / ACCEPTED_NAME))
    assert [pair for one in found for pair in one.pairs if pair.flagged] == []


def test_the_papers_table_2_on_both_generations_of_keras(sessions):
    """README's table: what is bold there is flagged, and nothing else."""
    pairs = compared(sessions, "keras", "paper", "2.21.0", "3.15.1")
    two, three = (accuracies(sessions, keras) for keras in ("2.21.0", "3.15.1"))
    told = {name: (two.get(name, "-"), three.get(name, "-")) for name in pairs}
    rows = re.findall(
        r"^\| (\S+) \| (\S+) \| \S+%.* \| (\d+\.\d+%|-)[^|]* \| \**(\d+\.\d+%|-).*\|$",
        README,
        re.MULTILINE,
    )
    assert {(model, scheme): tuple(accuracy) for model, scheme, *accuracy in rows} == told
    bold = re.findall(r"^\| (\S+) \| (\S+) \| \S+%.* \| [^|]+ \| \*\*", README, re.MULTILINE)
    assert {name for name, pair in pairs.items() if pair.flagged} == set(bold)


def accuracies(sessions, keras):
    """Of the paper protocol on TensorFlow 2.21, as README writes them."""
    return {
        name: f"{stored.accuracy:.2%}"
        for session in sessions
        if session.protocol == "paper"
        and (session.environment["tensorflow"], session.environment["keras"]) == ("2.21.0", keras)
        for name, stored in session.pairs.items()
    }


def test_convolutions_diverge_in_half_precision_everywhere(sessions):
    outcomes = {
        stored.outcome
        for session in sessions
        for name, stored in session.pairs.items()
        if name == ("CNN-I", "half")
    }
    assert outcomes == {"diverged"}
