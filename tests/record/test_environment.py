"""The fingerprint: which environments are the same, and the form in which one is stored."""

import json

import msgspec
import pytest

from lowprec.record.environment import FIELDS, ON_RECORD_ONLY, Environment
from tests.literals import environment
from tests.record.committed import committed_sessions

OPTIONAL = ["gpu", "compute_capability", "driver", "cuda", "cudnn"]


def on_a_gpu(**changes):
    """An environment in which every field has a value."""
    values = {
        "device": "gpu",
        "gpu": "Tesla T4",
        "compute_capability": "7.5",
        "driver": "550.54",
        "cuda": "12.5.1",
        "cudnn": "9",
        "numpy": "2.1.0",
        "protobuf": "6.31.1",
    }
    return environment(**(values | changes))


ENVIRONMENT = on_a_gpu()


def other(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value + "x"


def test_fields_are_all_but_the_key():
    assert (
        *("device", "gpu", "compute_capability", "driver", "cuda", "cudnn", "tensorflow"),
        *("keras", "keras_backend", "cpu", "threads", "tf32", "xla", "onednn"),
        *("python", "numpy", "protobuf", "system"),
    ) == FIELDS
    assert set(ON_RECORD_ONLY) == {"python", "numpy", "protobuf", "system"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_makes_another_environment_but_those_on_record_only(name):
    changed = on_a_gpu(**{name: other(getattr(ENVIRONMENT, name))})
    assert (changed.key == ENVIRONMENT.key) == (name in ON_RECORD_ONLY)
    assert changed != ENVIRONMENT


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


def test_the_device_has_the_name_of_the_gpu_or_else_of_the_processor():
    assert ENVIRONMENT.device_name == "Tesla T4"
    assert environment().device_name == "Xeon"
    assert environment(cpu=None).device_name is None
