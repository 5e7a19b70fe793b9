"""What is kept of a session to judge it."""

import dataclasses

import msgspec
import pytest

from lowprec.errors import HistoryError
from lowprec.record.machine_load import MachineLoad
from lowprec.record.record import DtypeReport, LayerDtypes
from lowprec.record.session import Session
from lowprec.record.summary import (
    SessionSummary,
    session_named,
    summaries_of,
    summary_of,
    telling_name,
)
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Budget
from tests.literals import INFO, parted, session, stored_pair, summary

SINGLE = Pair("NN-I", "single")


def pair_summary(**values):
    [pair] = summary(1, stored_pair(**values)).pairs
    return pair


def test_a_session_in_short():
    stored = session(3, stored_pair("single", (2.0, 9.0, 4.0), (0.8, 0.7, 0.9)))
    short = summary_of(stored)
    assert (short.name, short.time, short.protocol) == ("0003_session", stored.time, "quick")
    assert (short.environment, short.series) == (stored.environment, stored.series)
    [pair] = short.pairs
    assert pair.pair == SINGLE
    assert pair.seconds == 4.0
    assert pair.accuracies == {12: 0.8, 13: 0.7, 14: 0.9}
    assert pair.accuracy == pytest.approx(0.8)
    assert (pair.outcome, pair.verdict) == ("learns", "ok")
    assert (pair.outcomes, pair.expected, pair.test_total) == ({"learns"}, {"learns"}, 1000)
    assert short.by_pair == {SINGLE: pair}
    assert summaries_of([stored, stored]) == (short, short)


def test_the_clocks_of_a_pair():
    """Where a GPU trains, the processors only wait, and the start is told by the wall's clock."""
    times = parted(train_s=2.0, cpu_s=3.0) | {"startup_s": 0.5, "startup_cpu_s": 0.75}
    pair = pair_summary(**times)
    assert (pair.seconds, pair.cpu_s, pair.startup_s, pair.measured) == (2.0, 3.0, 0.75, "shared")
    [on_gpu] = summary(1, stored_pair(**times), device="gpu", gpu="H100").pairs
    assert (on_gpu.seconds, on_gpu.cpu_s, on_gpu.startup_s) == (2.0, None, 0.5)


@pytest.mark.parametrize(
    ("load", "crowded"),
    [(None, False), (MachineLoad(0.1, 0.0), False), (MachineLoad(0.9, 0.0), True)],
)
def test_whether_a_session_was_crowded(load, crowded):
    assert summary_of(dataclasses.replace(session(1), load=load)).crowded is crowded


def test_a_pair_without_a_round_has_no_seconds():
    pair = pair_summary(accuracies=())
    assert (pair.seconds, pair.accuracies, pair.accuracy) == (None, {}, None)
    assert pair.test_total is None


def test_outcomes_are_those_of_the_rounds_or_else_of_the_pair():
    both = pair_summary(accuracies=(0.8, 0.1), outcomes=("learns", "chance"))
    assert both.outcomes == {"learns", "chance"}
    assert both.outcome == "chance"
    assert pair_summary(accuracies=()).outcomes == {"unsupported"}


def test_expected_outcomes_are_those_that_may_come():
    assert pair_summary(expected="chance|diverged").expected == {"chance", "diverged"}
    assert pair_summary(expected=None).expected == frozenset()


def test_accuracies_of_a_pair_that_does_not_always_learn_are_no_measure():
    pair = pair_summary(accuracies=(0.8, 0.1), outcomes=("learns", "chance"))
    assert not pair.learns
    assert pair.accuracy is None
    assert pair.accuracies == {12: 0.8, 13: 0.1}
    assert pair_summary(accuracies=(0.8, 0.1)).learns
    assert not pair_summary(accuracies=()).learns


def test_other_epochs_are_another_training():
    how = [pair_summary(budget=Budget(epochs=epochs)).how for epochs in (3, 3, 4)]
    assert how[0] == how[1] != how[2]


def test_what_a_session_was_asked_for_is_kept():
    assert summary(1).asked_for is None
    assert summary(1, stored_pair(asked_for=(SINGLE,))).asked_for == (SINGLE,)


def test_a_summary_is_read_back_from_the_index():
    luck = stored_pair("half", (2.0, 3.0), (0.5, 0.1), outcomes=("learns", "chance"), expected=None)
    short = summary(1, stored_pair(asked_for=(SINGLE,), expected="chance|diverged"), luck)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(short), type=SessionSummary) == short


SESSIONS = [
    msgspec.structs.replace(summary(day), name=name)
    for day, name in enumerate(("0001_x", "0001_xy", "0002_x"), start=1)
]


@pytest.mark.parametrize(
    ("name", "place"), [(None, 2), ("0002", 2), ("0002_x", 2), ("0001_x", 0), ("0001_xy", 1)]
)
def test_a_session_is_named_by_its_name_or_the_beginning_of_it(name, place):
    assert session_named(SESSIONS, name, "storage") is SESSIONS[place]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("0001", r"storage: 2 sessions are named 0001\.\.\. \(0001_x, 0001_xy\), expected one"),
        (
            "0009",
            r"storage: of 3 sessions none is named 0009\.\.\., expected one; did you mean 0002_x",
        ),
        ("0002_y", r"none is named 0002_y\.\.\., expected one; did you mean 0002_x\?$"),
        ("0001_XYZ", r"did you mean 0001_xy\?$"),
        (
            "nightly",
            r"of 3 sessions none is named nightly\.\.\., expected one; the newest is 0002_x$",
        ),
    ],
)
def test_a_name_of_none_or_of_several_is_an_error(name, message):
    with pytest.raises(HistoryError, match=message):
        session_named(SESSIONS, name, "storage")


IN_FOLDERS = [
    msgspec.structs.replace(summary(day), folder=folder, name=name)
    for day, (folder, name) in enumerate(
        [
            *(("A", "0001_x"), ("B", "0001_x"), ("", "0001_x")),
            *(("A", "0002_x"), ("B", "0003_x"), ("B", "0003_xy")),
        ],
        1,
    )
]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        *(("A/0001_x", 0), ("B/0001", 1), ("./0001_x", 2), ("./", 2)),
        *(("0002_x", 3), ("A/0002", 3), ("B/0003_x", 4), ("B/0003_xy", 5), (None, 5)),
    ],
)
def test_a_name_of_several_folders_is_told_apart_by_the_folder(name, place):
    assert session_named(IN_FOLDERS, name, "storage") is IN_FOLDERS[place]


def test_of_a_start_as_much_of_each_name_is_looked_at():
    names = (f"{number:04}_tf221k3-cpu_{'0123456789abcdef' * 2}_20261126" for number in (7, 18))
    sessions = [
        msgspec.structs.replace(summary(day), name=name) for day, name in enumerate(names, start=1)
    ]
    with pytest.raises(HistoryError, match=r"did you mean 0018_tf221k3-cpu_.*_20261126\?$"):
        session_named(sessions, "0019", "storage")


def test_of_many_sessions_of_a_name_the_first_are_told():
    sessions = [msgspec.structs.replace(summary(day), name=f"000{day}_x") for day in range(1, 7)]
    names = r"\(0001_x, 0002_x, 0003_x, 0004_x, 0005_x, \.\.\.\)"
    with pytest.raises(
        HistoryError, match=rf"6 sessions are named 000\.\.\. {names}, expected one"
    ):
        session_named(sessions, "000", "storage")
    with pytest.raises(HistoryError, match="of 1 session none is named"):
        session_named(sessions[:1], "nightly", "storage")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "0001_x",
            r"3 sessions are named 0001_x\.\.\. \(A/0001_x, B/0001_x, \./0001_x\), expected",
        ),
        ("A/", r"2 sessions are named A/\.\.\. \(0001_x, 0002_x\), expected one"),
        ("C/0001_x", r"none is named C/0001_x\.\.\., .* did you mean B/0001_x\?"),
        ("b/0003_x", r"did you mean B/0003_x\?"),
    ],
)
def test_a_name_of_several_folders_is_refused_with_all_of_them(name, message):
    with pytest.raises(HistoryError, match=message):
        session_named(IN_FOLDERS, name, "storage")


def test_the_folder_is_told_where_another_session_has_the_name():
    names = [telling_name(session, IN_FOLDERS) for session in IN_FOLDERS]
    assert names == ["A/0001_x", "B/0001_x", "./0001_x", "0002_x", "0003_x", "0003_xy"]


def test_the_folder_is_kept():
    stored = dataclasses.replace(session(1), folder="Linux")
    assert (summary_of(stored).folder, summary_of(stored).full_name) == (
        "Linux",
        "Linux/0001_session",
    )


def test_without_a_session_there_is_none_to_name():
    with pytest.raises(HistoryError, match="storage: no stored session, expected at least one"):
        session_named([], None, "storage")


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_times_of_emulated_precision_are_not_judged(device):
    def summed_up(**rounded):
        layer = LayerDtypes("dense", "Dense", "float32", "float32", ("float32",), **rounded)
        dtypes = DtypeReport.of(inputs=("float32",), loss="float32", layers=(layer,))
        stored = stored_pair("fp8", accuracies=(0.8, 0.9), dtypes=dtypes, **parted())
        return summary(1, stored, device=device).pairs[0]

    plain, emulated = summed_up(), summed_up(rounded="e4m3 forward, e5m2 backward")
    assert plain.seconds
    assert plain.startup_s
    assert (emulated.seconds, emulated.startup_s, emulated.cpu_s) == (None, None, None)
    assert emulated.accuracies == plain.accuracies


def test_how_a_pair_was_trained_is_told_by_its_data_and_its_budget():
    other = dataclasses.replace(INFO, sha256="1" * 64)
    short, long = Budget(epochs=3, train_size=4000), Budget(epochs=4, train_size=4000)
    told = [pair_summary(data=data, budget=b).how for data in (INFO, other) for b in (short, long)]
    assert len(set(told)) == 4
    assert pair_summary(budget=short, fit_s=(9.0,)).how == told[0]


def test_the_band_is_that_of_the_expectation():
    assert pair_summary().band == (0.7, 0.9)
    assert pair_summary(expected=None).band is None


def test_the_commit_is_that_of_the_session():
    stored = session(1)
    known = Session.of(
        stored.name, stored.time, stored.environment, stored.pairs.values(), commit="5fe643"
    )
    assert (known.commit, summary_of(known).commit) == ("5fe643", "5fe643")
    assert summary_of(stored).commit is None
