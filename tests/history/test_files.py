"""Stored sessions read back, and files that are none."""

import json
import os
from datetime import UTC, datetime

import msgspec
import pytest

from lowprec.errors import HistoryError
from lowprec.history.collected import History
from lowprec.history.files import read_history, read_session, session_in
from lowprec.record.machine_load import MachineLoad
from lowprec.record.record import Unsupported
from lowprec.record.session import Session
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Budget
from tests.literals import ENVIRONMENT, as_stored, document, one_round, record

ROUNDS = (one_round(seed=12, hits=810), one_round("chance", seed=13, hits=150, fit_s=4.0))
HALF = Pair("NN-I", "half")


def stored(*rounds, asked_for=None, **others):
    return as_stored(record(*rounds, **others), asked_for=asked_for)


@pytest.fixture
def save(tmp_path):
    """Writes a document or a text to a file of the storage."""

    def write(content, name="0001_tf221k3-cpu_a.json", platform="Linux-CPython-3.11-64bit"):
        path = tmp_path / platform / name
        path.parent.mkdir(exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("load", [None, {"others": 0.75, "steal": 0.0}])
def test_what_others_took_of_the_machine_is_read_back(save, tmp_path, load):
    save(document(stored(*ROUNDS)) | {"lowprec": {"machine_load": load}})
    [session] = read_history(tmp_path).sessions
    assert session.load == (MachineLoad(**load) if load else None)


@pytest.mark.parametrize(
    ("info", "commit"),
    [
        (
            {"id": "5fe643af214d00883a186463edd15a701803e6fd"},
            "5fe643af214d00883a186463edd15a701803e6fd",
        ),
        *(({"id": text}, None) for text in ("unknown", "5fe643a", "5FE643" + "0" * 34, 7, None)),
        *((info, None) for info in ({}, None, "5fe643", [])),
    ],
)
def test_the_commit_that_was_tested_is_read_back(info, commit):
    stored_with = document(stored(*ROUNDS)) | {"commit_info": info}
    assert session_in(msgspec.json.encode(stored_with), "0001_x.json", "").commit == commit


def test_a_session_is_read_back(save, tmp_path):
    save(document(stored(*ROUNDS)))
    [session] = read_history(tmp_path).sessions
    assert session.name == "0001_tf221k3-cpu_a"
    assert session.time == datetime(2026, 11, 1, 10, 0, 0, 500_000, tzinfo=UTC)
    assert session.environment == ENVIRONMENT
    assert session.series == (ENVIRONMENT.key, "quick")
    assert session.protocol == "quick"
    pair = session.pairs[HALF]
    assert [(r.seed, r.fit_s, r.test_accuracy, r.outcome) for r in pair.rounds] == [
        (12, 2.0, 0.81, "learns"),
        (13, 4.0, 0.15, "chance"),
    ]
    assert pair.rounds[0].test_total == 1000
    assert (pair.outcome, pair.accuracy, pair.verdict) == ("chance", 0.48, "ok")
    assert (pair.expected.outcome, pair.expected.accuracy_min) == ("learns", 0.75)
    assert (pair.data.train_size, pair.data.source) == (4000, "sample")
    assert pair.budget == Budget(epochs=3, train_size=4000, sequence_length=None)
    assert pair == stored(*ROUNDS)


def test_a_pair_without_a_kernel_is_read_from_the_untimed(save, tmp_path):
    without = stored(unsupported=Unsupported("Qr", "float16"))
    save(document(stored(*ROUNDS, scheme="single"), untimed=[without]))
    [session] = read_history(tmp_path).sessions
    assert list(session.pairs) == [("NN-I", "single"), HALF]
    assert session.pairs[HALF] == without


def test_a_session_from_before_budgets_were_stored(save, tmp_path):
    content = document(stored(*ROUNDS))
    del content["benchmarks"][0]["extra_info"]["lowprec"]["budget"]
    save(content)
    [session] = read_history(tmp_path).sessions
    assert session.pairs[HALF].budget is None


def test_a_session_from_before_anything_but_the_first_fields_was_stored(save, tmp_path):
    content = document(stored(*ROUNDS))
    pair = content["benchmarks"][0]["extra_info"]["lowprec"]
    for name in ("schema", "budget", "dtypes", "jit_compile", "peak_memory_bytes", "unsupported"):
        del pair[name]
    for name in ("asked_for", "message"):
        del pair[name]
    required = ("seed", "fit_s", "test_accuracy", "test_total", "outcome")
    pair["rounds"] = [{name: r[name] for name in required} for r in pair["rounds"]]
    pair["expected"] = {"outcome": "learns"}
    save(content)
    [session] = read_history(tmp_path).sessions
    assert session.pairs[HALF].seconds == 3.0
    assert session.pairs[HALF].expected.evidence == ""
    assert session.pairs[HALF].rounds[0].train_total is None


def test_fields_of_a_later_version_are_left_aside(save, tmp_path):
    content = document(stored(*ROUNDS))
    content["benchmarks"][0]["extra_info"]["lowprec"]["later"] = [1]
    content["machine_info"]["lowprec"]["later"] = True
    save(content)
    [session] = read_history(tmp_path).sessions
    assert session.pairs[HALF] == stored(*ROUNDS)
    assert session.environment == ENVIRONMENT


def test_what_a_session_was_asked_for(save, tmp_path):
    asked_for = (HALF, Pair("CNN-I", "half"))
    save(document(stored(*ROUNDS, asked_for=asked_for), day=1))
    old = document(stored(*ROUNDS), day=2)
    del old["benchmarks"][0]["extra_info"]["lowprec"]["asked_for"]
    save(old, "0002_b.json")
    partial, old = read_history(tmp_path).sessions
    assert partial.asked_for == asked_for
    assert {type(pair) for pair in partial.asked_for} == {Pair}
    assert old.asked_for is None


def test_sessions_of_all_platforms_are_ordered_by_time(save, tmp_path):
    save(document(stored(*ROUNDS), day=1), "0001_b.json")
    save(document(stored(*ROUNDS), day=3), "0002_a.json")
    save(document(stored(*ROUNDS), day=2), "0001_c.json", platform="Linux-CPython-3.12-64bit")
    assert [(s.folder, s.name) for s in read_history(tmp_path).sessions] == [
        ("Linux-CPython-3.11-64bit", "0001_b"),
        ("Linux-CPython-3.12-64bit", "0001_c"),
        ("Linux-CPython-3.11-64bit", "0002_a"),
    ]


def test_a_time_that_contradicts_the_number_is_told(save, tmp_path):
    save(document(stored(*ROUNDS), day=3), "0001_a.json")
    path = save(document(stored(*ROUNDS), day=1), "0002_b.json")
    history = read_history(tmp_path)
    assert [s.name for s in history.sessions] == ["0001_a", "0002_b"]
    assert history.faults == (
        f"{path}: stored after 0001_a, but dated 2026-11-01 10:00 UTC, before it; check the clock "
        'of the machine that stored it, and correct "datetime" in the file',
    )


def test_a_copy_is_told_and_counts_once(save, tmp_path):
    original = save(document(stored(*ROUNDS)))
    copy = save(document(stored(*ROUNDS)), "latest.json", platform=".")
    history = read_history(tmp_path)
    assert [(s.folder, s.name) for s in history.sessions] == [
        ("Linux-CPython-3.11-64bit", "0001_tf221k3-cpu_a")
    ]
    assert history.remarks == (f"{copy}: a copy of {original}, not counted again",)
    assert history.faults == ()


def test_a_time_without_a_zone_is_utc(save, tmp_path):
    save(document(stored(*ROUNDS), datetime="2026-11-01T10:00:00"))
    assert read_history(tmp_path).sessions[0].time == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_benchmarks_of_others_are_no_sessions(save, tmp_path):
    save(document(benchmarks=[{"name": "sort", "extra_info": {}, "stats": {}}]))
    assert read_history(tmp_path) == History(())


def damaged(change):
    content = document(stored(*ROUNDS))
    change(content, content["benchmarks"][0]["extra_info"]["lowprec"])
    return json.dumps(content)


def timing(**changes):
    """What the clocks said of a training of two epochs, with changes."""
    clocks = {"fit_s": 4.5, "start_s": 0.5, "epoch_s": [2.5, 2.0]}
    return clocks | {"cpu_s": 4.0, "start_cpu_s": 0.5, "epoch_cpu_s": [2.5, 2.0]} | changes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "truncated"),
        (json.dumps(document(stored(*ROUNDS)))[:900], "truncated"),
        ("[]", "Expected `object`, got `array`"),
        ("{}", "missing required field `datetime`"),
        (damaged(lambda c, p: p["rounds"][1].update(fit_s=float("nan"))), "malformed"),
        (damaged(lambda c, p: p["rounds"][1].update(fit_s=None)), "got `null` - at `$.benchmarks"),
        (damaged(lambda c, p: p["rounds"][1].update(fit_s=0)), "Expected `float` >= 1e-09"),
        (damaged(lambda c, p: p["rounds"][1].update(test_accuracy=1.5)), "Expected `float` <= 1.0"),
        (damaged(lambda c, p: p.update(outcome="fine")), "Invalid enum value 'fine'"),
        (damaged(lambda c, p: p.update(verdict="fine")), "Invalid enum value 'fine'"),
        (damaged(lambda c, p: p["rounds"][1].update(seed=10**30)), "seed"),
        (damaged(lambda c, p: c.update(datetime="0001-01-01T00:00:00+14:00")), "place in UTC"),
        (damaged(lambda c, p: p.pop("model")), "missing required field `model`"),
        (damaged(lambda c, p: c["machine_info"].pop("lowprec")), "has no environment"),
        (damaged(lambda c, p: c["machine_info"]["lowprec"].pop("keras")), "required field `keras`"),
        (damaged(lambda c, p: c["machine_info"]["lowprec"].pop("key")), "required field `key`"),
        (damaged(lambda c, p: p.update(verdict="slower")), "'slower' is none on an expectation"),
        (
            damaged(lambda c, p: c["benchmarks"].append(c["benchmarks"][0])),
            "stored twice",
        ),
        (
            damaged(
                lambda c, p: c["benchmarks"].append(
                    {"extra_info": {"lowprec": {**p, "model": "CNN-I", "protocol": "paper"}}}
                )
            ),
            "has paper, quick, expected pairs of one protocol",
        ),
        ('{"a":' * 100_000, "nested too deep"),
        ('{"commit_info":' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deep"),
        (
            damaged(lambda c, p: p["rounds"][1].update(fit_s=1e308)),
            "Expected `float` <= 1000000000",
        ),
        (damaged(lambda c, p: p["rounds"][1].update(fit_s=5e-324)), "Expected `float` >= 1e-09"),
        (damaged(lambda c, p: p["rounds"][1].update(test_total=10**19)), "test_total"),
        (damaged(lambda c, p: p["rounds"][1].update(epoch=10**19)), "epoch"),
        (
            damaged(lambda c, p: p.update(timings=[timing(epoch_s=[2.0])])),
            "the timings have [1, 2]",
        ),
        (
            damaged(lambda c, p: p.update(timings=[timing(), timing(epoch_s=[], epoch_cpu_s=[])])),
            "the timings have [0, 2] epochs",
        ),
        (
            damaged(lambda c, p: p.update(timings=[timing(), timing(epoch_s=[0.0, 8.0])])),
            "epoch_s of the timings comes to -2 s of training",
        ),
        (
            damaged(lambda c, p: p.update(timings=[timing(), timing(epoch_cpu_s=[2, 1e300])])),
            "epoch_cpu_s of the timings comes to -1e+300 s of training",
        ),
        (damaged(lambda c, p: p.update(model="NN\x1b[2J")), r"model 'NN\x1b[2J' has letters"),
        (damaged(lambda c, p: p.update(scheme="ha\u202elf")), r"scheme 'ha\u202elf' has letters"),
        (damaged(lambda c, p: p.update(model="")), "the model is empty"),
        (damaged(lambda c, p: p.update(scheme="x" * 201)), "has 201 letters, expected 200"),
        (damaged(lambda c, p: p.update(protocol="a\nb")), r"protocol 'a\nb' has letters"),
        (damaged(lambda c, p: p.update(asked_for=[["a", "b\r"]])), r"scheme 'b\r' has letters"),
        (
            damaged(lambda c, p: c["machine_info"]["lowprec"].update(cpu="Xeon\x9b31m")),
            r"the environment's cpu 'Xeon\x9b31m' has letters",
        ),
        (damaged(lambda c, p: p.update(outcome="\x1b]0;title\x07")), r"value '\x1b]0;title\x07'"),
    ],
)
def test_a_damaged_file_is_named_and_hides_no_other(save, tmp_path, text, message):
    path = save(text, "0001_bad.json")
    save(document(stored(*ROUNDS)), "0002_good.json")
    history = read_history(tmp_path)
    assert [session.name for session in history.sessions] == ["0002_good"]
    [line] = history.faults
    assert line.startswith(f"{path}: ")
    assert message in line


def test_a_file_whose_name_cannot_be_shown(save, tmp_path):
    save(document(stored(*ROUNDS)), os.fsdecode(b"0001_\xff.json"))
    history = read_history(tmp_path)
    assert history.sessions == ()
    assert "0001_\\udcff.json: has letters that cannot be shown" in history.faults[0]


def test_a_folder_whose_name_cannot_be_shown(save, tmp_path):
    save(document(stored(*ROUNDS)), platform=os.fsdecode(b"L\xffnux"))
    [line] = read_history(tmp_path).faults
    assert "L\\udcffnux/0001_tf221k3-cpu_a.json: has letters that cannot be shown" in line


def test_a_file_too_large_for_a_session_is_not_read(tmp_path):
    with (tmp_path / "0001_x.json").open("wb") as file:
        file.truncate((1 << 28) + 1)
    [line] = read_history(tmp_path).faults
    assert "268,435,457 bytes, expected 268,435,456 at most" in line


def test_names_that_are_mark_up_elsewhere_are_names(save, tmp_path):
    names = {"model": "=a|<b>`&", "scheme": "+über 漢字"}
    save(damaged(lambda c, p: p.update(names)))
    [session] = read_history(tmp_path).sessions
    assert list(session.pairs) == [("=a|<b>`&", "+über 漢字")]


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "0001_x.json").write_bytes(b'{"datetime": "\xff\xfe"}')
    assert len(read_history(tmp_path).faults) == 1


def test_the_running_session_looks_like_a_stored_one(save, tmp_path):
    save(document(stored(*ROUNDS)))
    [read] = read_history(tmp_path).sessions
    assert Session.of(read.name, read.time, ENVIRONMENT, [stored(*ROUNDS)], read.folder) == read


def test_what_is_stored_elsewhere_is_read_as_a_file_is(save):
    path = save(document(stored(*ROUNDS)))
    place = f"s3://bucket/Linux/{path.name}"
    session = session_in(path.read_bytes(), place, "Linux")
    assert session == read_session(path, "Linux")
    assert (session.folder, session.name) == ("Linux", path.stem)


def test_an_object_of_wrong_records_is_named_by_its_address():
    with pytest.raises(HistoryError, match=r"^s3://bucket/0001_x\.json: not a stored session: "):
        session_in(b"{}", "s3://bucket/0001_x.json", "")
