"""Devices that are made, or cannot be."""

from types import SimpleNamespace

import pytest

from lowprec.errors import FrameworkError, UsageError
from lowprec.framework import replicas


@pytest.fixture
def machine(monkeypatch):
    """A machine with `gpus`, whose CPU has `parts`; TensorFlow was `used` or not."""
    machine = SimpleNamespace(gpus=[], parts=None, used=False)

    def part(cpu, parts):
        if machine.used:
            raise RuntimeError("Virtual devices cannot be modified after being initialized")
        machine.parts = parts

    config = SimpleNamespace(
        get_visible_devices=lambda kind: machine.gpus,
        list_physical_devices=lambda kind: ["the CPU"],
        get_logical_device_configuration=lambda cpu: machine.parts,
        set_logical_device_configuration=part,
        LogicalDeviceConfiguration=lambda: "a part",
    )
    monkeypatch.setattr(replicas, "import_tensorflow", lambda: SimpleNamespace(config=config))
    return machine


def test_a_cpu_is_parted(machine):
    replicas.make_devices(3)
    assert machine.parts == ["a part"] * 3


@pytest.mark.parametrize(("parts", "count"), [(None, 1), (["a part"] * 2, 2)])
def test_a_cpu_with_enough_parts_stays_as_it_is(machine, parts, count):
    machine.used, machine.parts = True, parts
    replicas.make_devices(count)
    assert machine.parts == parts


def test_a_cpu_that_was_used_cannot_be_parted(machine):
    machine.used = True
    with pytest.raises(FrameworkError, match=r"^TensorFlow was used before the session"):
        replicas.make_devices(2)


def test_gpus_are_taken_as_they_are(machine):
    machine.gpus = ["GPU:0", "GPU:1"]
    replicas.make_devices(2)
    assert machine.parts is None


@pytest.mark.parametrize(("gpus", "found"), [(1, "1 GPU,"), (2, "2 GPUs,")])
def test_more_devices_than_gpus_are_refused(machine, gpus, found):
    machine.gpus = ["a GPU"] * gpus
    with pytest.raises(UsageError, match=f"^TensorFlow sees {found} expected at least 4"):
        replicas.make_devices(4)
