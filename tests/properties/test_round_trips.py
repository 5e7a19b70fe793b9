"""What is stored is read back the same, whatever it is."""

import pytest

pytest.importorskip("hypothesis", reason="pip install hypothesis")

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lowprec.expectations.table import (
    Conditions,
    Expectation,
    load_expectations,
    write_expectations,
)
from lowprec.history import folder as folder_module
from lowprec.history import index as index_module
from lowprec.history.accepted import load_acceptances, write_acceptances
from lowprec.history.files import read_session
from lowprec.history.folder import Folder
from lowprec.record.acceptance import Acceptance
from lowprec.record.data_info import DataInfo
from lowprec.record.environment import FIELDS, Environment
from lowprec.record.machine_load import MachineLoad
from lowprec.record.outcomes import OUTCOMES, worst
from lowprec.record.record import DtypeReport, LayerDtypes, Round, Unsupported
from lowprec.record.session import Session
from lowprec.record.standing import Standing
from lowprec.record.stored_pair import StoredExpectation, StoredPair
from lowprec.record.summary import summary_of
from lowprec.record.timing import Timing
from lowprec.record.verdicts import EXPECTATION, Verdict
from lowprec.rows.matrix import MATRIX, Pair
from lowprec.rows.protocols import Budget
from lowprec.rows.schemes import SCHEMES
from tests.literals import ENVIRONMENT
from tests.properties.strategies import FEW, STEADY

NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12).filter(
    str.isprintable
)
SECONDS = st.floats(1e-9, 1e9)
SHARES = st.floats(0, 1)
COUNTS = st.integers(1, 2**63 - 1)
SEEDS = st.integers(0, 2**63 - 1)
SAID = st.sampled_from([word for word in Verdict if EXPECTATION in word.row.said_by])
UNSET = st.just(msgspec.UNSET)


def or_none(values):
    return st.one_of(st.none(), values)


ROUNDS = st.builds(
    Round,
    seed=SEEDS,
    fit_s=SECONDS,
    epoch_s=st.lists(SECONDS, max_size=3).map(tuple),
    loss=st.lists(or_none(st.floats(allow_nan=False, allow_infinity=False)), max_size=3).map(tuple),
    loss_kind=st.lists(st.sampled_from(["finite", "nan", "+inf"]), max_size=3).map(tuple),
    test_accuracy=SHARES,
    train_accuracy=or_none(SHARES),
    test_hits=or_none(COUNTS),
    test_total=COUNTS,
    outcome=st.sampled_from(OUTCOMES[:3]),
    kind=or_none(st.sampled_from(["nan", "-inf"])),
    weight=or_none(NAMES),
    sum_overflowed=st.booleans(),
    unread=st.one_of(UNSET, NAMES),
)
EPOCHS = st.tuples(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
TIMINGS = st.builds(
    lambda start, epochs, cpu: Timing(
        fit_s=start + sum(epochs),
        start_s=start,
        epoch_s=epochs,
        cpu_s=sum(cpu) + 1.0,
        start_cpu_s=start,
        epoch_cpu_s=cpu,
    ),
    start=st.floats(1e-3, 1e3),
    epochs=EPOCHS,
    cpu=EPOCHS,
)
LAYERS = st.builds(
    LayerDtypes,
    name=NAMES,
    layer=NAMES,
    variable=st.just("float32"),
    compute=st.sampled_from(["float16", "bfloat16"]),
    weights=st.lists(st.sampled_from(["float32", "float64"]), max_size=2).map(tuple),
    rounded=st.one_of(UNSET, NAMES),
)
PAIRS = st.tuples(NAMES, NAMES).map(lambda names: Pair(*names))
STORED = st.builds(
    lambda rounds, **others: StoredPair(
        rounds=rounds, outcome=worst(r.outcome for r in rounds), protocol="quick", **others
    ),
    model=NAMES,
    scheme=NAMES,
    budget=or_none(st.builds(Budget, epochs=st.integers(1, 9), train_size=st.integers(1, 9999))),
    data=st.builds(
        DataInfo,
        name=NAMES,
        source=NAMES,
        train_size=COUNTS,
        test_size=COUNTS,
        sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    ),
    dtypes=or_none(
        st.builds(
            lambda layers: DtypeReport.of(("float32",), "float32", layers),
            layers=st.lists(LAYERS, max_size=2).map(tuple),
        )
    ),
    rounds=st.lists(ROUNDS, min_size=1, max_size=3, unique_by=lambda r: r.seed).map(tuple),
    accuracy=or_none(SHARES),
    unsupported=or_none(st.builds(Unsupported, op=NAMES, dtype=NAMES)),
    peak_memory_bytes=or_none(COUNTS),
    expected=or_none(
        st.builds(
            StoredExpectation,
            outcome=st.sampled_from(["learns", "chance|diverged"]),
            accuracy_min=or_none(SHARES),
            accuracy_max=or_none(SHARES),
            evidence=NAMES,
            row_accuracy_min=st.one_of(UNSET, SHARES),
        )
    ),
    verdict=SAID,
    message=st.text(max_size=20),
    startup_s=or_none(SECONDS),
    timings=st.one_of(st.just(()), st.lists(TIMINGS, min_size=1, max_size=3).map(tuple)),
    shared_model=or_none(st.booleans()),
    metric=NAMES,
)
ENVIRONMENTS = st.builds(
    lambda **fields: Environment.named(**fields),
    device=st.sampled_from(["cpu", "gpu"]),
    tensorflow=NAMES,
    keras=NAMES,
    cpu=or_none(NAMES),
    threads=or_none(st.integers(1, 256)),
    cpu_quota=or_none(st.floats(0.01, 64)),
    xla=or_none(st.booleans()),
    deterministic=or_none(st.just(True)),
    numpy=or_none(NAMES),
)
SESSIONS = st.builds(
    lambda name, pairs, **others: Session.of(name=name, stored=pairs, **others),
    name=st.just("0001_session"),
    time=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    environment=ENVIRONMENTS,
    pairs=st.lists(STORED, min_size=1, max_size=3, unique_by=lambda stored: stored.pair),
    folder=st.just("A"),
    load=or_none(st.builds(MachineLoad, others=st.floats(0, 64), steal=SHARES)),
    commit=or_none(st.text("0123456789abcdef", min_size=40, max_size=40)),
)


def document(session):
    """What pytest-benchmark writes of a session."""
    return msgspec.json.encode(
        {
            "datetime": session.time,
            "machine_info": {"lowprec": session.environment},
            "commit_info": {"id": session.commit} if session.commit else {},
            "benchmarks": [{"extra_info": {"lowprec": p}} for p in session.pairs.values()],
            "lowprec": {"machine_load": session.load} if session.load else {},
        }
    )


@FEW
@given(SESSIONS)
def test_a_session_is_read_from_its_file_as_it_was_stored(session):
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{session.name}.json"
        path.write_bytes(document(session))
        again = read_session(path, session.folder)
    assert again == session
    assert summary_of(again) == summary_of(session)


@FEW
@given(st.lists(SESSIONS, min_size=1, max_size=2))
def test_sessions_are_the_same_with_and_without_the_index(sessions):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(index_module, "LEAST_SESSIONS", 1)
        for number, session in enumerate(sessions, start=1):
            (Path(folder) / f"{number:04}_x.json").write_bytes(document(session))
        first = Folder(Path(folder)).summaries()
        left = Standing(left_out=MATRIX[:1], faster={"timing": MATRIX[1:3]})
        first.standings["digest"] = left
        first.keep()
        patched.setattr(folder_module, "read_session", None)  # all from the index
        second = Folder(Path(folder)).summaries()
    assert second.sessions == first.sessions
    assert (second.faults, second.remarks) == (first.faults, first.remarks)
    assert second.standings["digest"] == left


@STEADY
@given(ENVIRONMENTS, st.sampled_from(FIELDS))
def test_a_field_that_counts_makes_another_key_and_no_other_does(environment, field):
    fields = {name: getattr(environment, name) for name in FIELDS}
    assert Environment.named(**fields).key == environment.key
    noted = {"python", "numpy", "protobuf", "system", "cuda_build", "cudnn_build"}
    other = Environment.named(**fields | {field: "another"})
    assert (other.key == environment.key) == (field in noted)


TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10)


@STEADY
@given(st.lists(st.builds(Acceptance, TEXTS, or_none(st.tuples(TEXTS, TEXTS)), TEXTS), max_size=4))
def test_acceptances_are_read_back(rows):
    rows = [Acceptance(r.session, r.pair and Pair(*r.pair), r.reason) for r in rows]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "accepted.csv"
        write_acceptances(path, rows)
        assert load_acceptances(path) == tuple(rows)


DIGITS = st.integers(0, 10_000).map(lambda digits: digits / 10_000)
ROWS = st.builds(
    lambda conditions, outcome, band, evidence: Expectation(
        *conditions,
        outcome,
        *((None, None) if outcome == "unsupported" else sorted(band)),
        evidence,
    ),
    st.builds(
        Conditions,
        st.sampled_from(["quick", "paper"]),
        TEXTS,
        st.sampled_from(list(SCHEMES)),
        st.sampled_from("23"),
        st.sampled_from(["cpu", "gpu"]),
    ),
    st.sampled_from(["learns", "chance", "chance|diverged", "unsupported"]),
    st.tuples(DIGITS, DIGITS),
    TEXTS,
)


@STEADY
@given(st.lists(ROWS, max_size=5, unique_by=lambda row: row.conditions))
def test_expectations_are_read_back(rows):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "expectations.csv"
        write_expectations(rows, path)
        assert load_expectations(path) == {row.conditions: row for row in rows}
    load_expectations.cache_clear()


@STEADY
@given(STORED, st.floats(1e-3, 1e3))
def test_a_training_more_never_makes_the_pair_slower(stored, factor):
    """Each epoch counts as it was at its fastest."""
    if not stored.timings:
        return
    first = stored.timings[0]
    slow = msgspec.structs.replace(
        first,
        fit_s=first.fit_s * factor,
        start_s=first.start_s * factor,
        epoch_s=tuple(s * factor for s in first.epoch_s),
    )
    more = msgspec.structs.replace(stored, timings=(*stored.timings, slow))
    assert more.seconds <= stored.seconds
    assert more.cpu_s <= stored.cpu_s
    assert summary_of(Session.of("x", datetime(2026, 1, 1, tzinfo=UTC), ENVIRONMENT, [more])).pairs[
        0
    ].seconds == (None if more.emulated else more.seconds)
