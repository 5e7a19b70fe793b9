"""The fingerprint: which environments are the same, and the form in which one is stored."""

import json

import msgspec
import pytest

from lowprec.record.environment import FIELDS, ON_RECORD_ONLY, Environment
from tests.literals import environment
from tests.record.committed import committed_sessions

WHERE_SET = {
    "cpu_quota": 0.25,
    "intra_op_threads": 1,
    "inter_op_threads": 4,
    "omp_threads": 1,
    "deterministic": True,
    "cublas": "12.9.1",
    "memory_growth": True,
    "workers": 2,
    "workers_a_gpu": 2,
    "devices": 2,
}
OPTIONAL = ["gpu", "compute_capability", "driver", "cuda", "cudnn"]


def on_a_gpu(**changes):
    """An environment in which every field has a value but those of `WHERE_SET`."""
    values = {
        "device": "gpu",
        "gpu": "Tesla T4",
        "compute_capability": "7.5",
        "driver": "550.54",
        "cuda": "12.5.1",
        "cudnn": "9",
        "cuda_build": "12.5.1",
        "cudnn_build": "9",
        "numpy": "2.1.0",
        "protobuf": "6.31.1",
    }
    return environment(**(values | changes))


ENVIRONMENT = on_a_gpu()


def other(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else value + "x"


def test_fields_are_all_but_the_key():
    assert (
        *("device", "gpu", "compute_capability", "driver", "cuda", "cudnn", "tensorflow"),
        *("keras", "keras_backend", "cpu", "threads", "cpu_quota", "intra_op_threads"),
        *("inter_op_threads", "omp_threads", "tf32", "xla", "onednn", "deterministic"),
        *("python", "numpy", "protobuf", "system"),
        *("cublas", "memory_growth", "cuda_build", "cudnn_build"),
        *("workers", "workers_a_gpu", "devices"),
    ) == FIELDS
    assert set(ON_RECORD_ONLY) == {
        *("python", "numpy", "protobuf", "system", "cuda_build", "cudnn_build")
    }


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_makes_another_environment_but_those_on_record_only(name):
    value = WHERE_SET[name] if name in WHERE_SET else other(getattr(ENVIRONMENT, name))
    changed = on_a_gpu(**{name: value})
    assert (changed.key == ENVIRONMENT.key) == (name in ON_RECORD_ONLY)
    assert changed != ENVIRONMENT


@pytest.mark.parametrize("name", WHERE_SET)
def test_what_is_seldom_set_counts_only_where_it_is_set(name):
    """Sessions that were stored before these fields came have the key of ordinary ones."""
    fields = {field: getattr(ENVIRONMENT, field) for field in FIELDS if field != name}
    assert Environment.named(**fields).key == ENVIRONMENT.key
    assert Environment.named(**fields, **{name: None}).key == ENVIRONMENT.key
    one_set, set_otherwise = WHERE_SET[name], other(WHERE_SET[name])
    assert on_a_gpu(**{name: one_set}).key != on_a_gpu(**{name: set_otherwise}).key


def test_equal_values_of_two_settings_are_two_environments():
    keys = {on_a_gpu(**{name: 1}).key for name in WHERE_SET if name.endswith("threads")}
    assert len(keys) == 3


@pytest.mark.parametrize("name", OPTIONAL)
def test_unknown_is_another_environment_than_known(name):
    assert on_a_gpu(**{name: None}).key != ENVIRONMENT.key


def test_a_field_that_is_not_given_is_unknown():
    fields = {name: getattr(ENVIRONMENT, name) for name in FIELDS}
    del fields["driver"]
    assert Environment.named(**fields) == on_a_gpu(driver=None)


def test_fields_on_record_only_may_differ_together():
    changed = on_a_gpu(**dict.fromkeys(ON_RECORD_ONLY, "other"))
    assert changed.key == ENVIRONMENT.key
    assert changed != ENVIRONMENT


def test_the_key_is_readable_and_the_same_in_every_process():
    """Stored sessions are compared by it: change it and every history starts anew."""
    assert ENVIRONMENT.key == "tf2.21.0-keras3.15.1-gpu-a41b7ca81e"
    assert environment().key == "tf2.21.0-keras3.15.1-cpu-a7b3d2b123"


@pytest.mark.parametrize("path", committed_sessions(), ids=lambda path: path.stem)
def test_the_repositorys_sessions_have_the_keys_of_their_fields(path):
    fields = json.loads(path.read_bytes())["machine_info"]["lowprec"]
    key = fields.pop("key")
    assert Environment.named(**fields).key == key


def test_the_stored_form_is_every_field_and_the_key():
    stored = msgspec.to_builtins(ENVIRONMENT)
    assert list(stored) == [*FIELDS, "key"]
    assert stored["key"] == ENVIRONMENT.key
    assert stored["threads"] == 2
    assert json.loads(json.dumps(stored, allow_nan=False)) == stored
    assert msgspec.json.decode(msgspec.json.encode(ENVIRONMENT), type=Environment) == ENVIRONMENT


def test_a_key_that_was_stored_stays():
    """A later version may count more fields."""
    stored = {"device": "cpu", "tensorflow": "2.21.0", "keras": "3.15.1", "key": "of old"}
    read = msgspec.convert({**stored, "of a later version": 1}, Environment)
    assert read.key == "of old"
    assert (read.gpu, read.threads, read.xla, read.python) == (None,) * 4


@pytest.mark.parametrize(("keras", "generation"), [("3.15.1", "3"), ("2.12.0", "2"), ("10", "10")])
def test_the_generation_of_keras_is_its_first_number(keras, generation):
    assert environment(keras=keras).keras_generation == generation


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"tensorflow": "2.21.0", "keras": "3.15.1"}, "tf221k3-cpu"),
        ({"tensorflow": "2.21.0", "keras": "2.21.0"}, "tf221k2-cpu"),
        ({"tensorflow": "2.12.1", "keras": "2.12.0", "device": "gpu"}, "tf212k2-gpu"),
        ({"tensorflow": "2.22.0-rc1", "keras": "3.16.0"}, "tf222k3-cpu"),
    ],
)
def test_a_name_that_fits_into_a_files(fields, name):
    assert environment(**fields).short_name == name


def test_the_device_has_the_name_of_the_gpu_or_else_of_the_processor():
    assert ENVIRONMENT.device_name == "Tesla T4"
    assert environment().device_name == "Xeon"
    assert environment(cpu=None).device_name is None
