"""What TensorFlow prints without need, in the words of 2.15 and 2.21, and what is left of it."""

import os
import sys

import pytest

from lowprec import framework
from lowprec.framework.chatter import quiet_errors, without_chatter

CHATTER = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n",
    "I0000 00:00:1795838338.497078    9655 cudart_stub.cc:31] Could not find cuda drivers\n",
    "W0000 00:00:1795838338.497078    9655 gpu_device.cc:2344] Cannot dlopen some GPU libraries.\n",
    "Skipping registering GPU devices...\n",
    "E0000 00:00:1795838356.189394    9655 cuda_platform.cc:52] failed call to cuInit: INTERNAL\n",
    "2026-11-26 02:13:03.123456: I tensorflow/core/util/port.cc:113] oneDNN custom operations\n",
    "2026-11-26 02:13:03.123456: E external/local_xla/xla/stream_executor/cuda/cuda_dnn.cc:9261] "
    "Unable to register cuDNN factory: Attempting to register factory\n",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with "
    "the appropriate compiler flags.\n",
)
NEWS = (
    "E0000 00:00:1795838356.189394    9655 cuda_dnn.cc:52] CUDNN_STATUS_EXECUTION_FAILED\n",
    "F0000 00:00:1795838356.189394    9655 tensor.cc:852] Check failed\n",
    "2026-11-26 02:13:03.123456: E tensorflow/core/gpu.cc:1] out of memory\n",
    "WARNING: my own\n",
    "In my model: W0000 00:00 is a name\n",
    "the last line has no end",
)


@pytest.mark.parametrize("line", CHATTER)
def test_chatter_goes(line):
    assert without_chatter(f"before\n{line}after\n") == "before\nafter\n"


def test_all_else_stays():
    assert without_chatter("".join(NEWS)) == "".join(NEWS)


def test_what_is_printed_meanwhile_follows_without_the_chatter(capfd):
    with quiet_errors():
        os.write(2, "".join(CHATTER + NEWS).encode())
        assert capfd.readouterr().err == ""
        print("printed by Python", file=sys.__stderr__)
    os.write(2, b"after")
    assert capfd.readouterr().err == f"{''.join(NEWS)}printed by Python\nafter"


def test_where_something_is_raised_all_of_it_is_shown(capfd):
    def broken():
        os.write(2, CHATTER[0].encode())
        raise ImportError

    with pytest.raises(ImportError), quiet_errors():
        broken()
    assert capfd.readouterr().err == CHATTER[0]


@pytest.mark.parametrize(
    ("level", "quiet"), [(None, False), ("0", False), ("1", False), ("2", True), ("3", True)]
)
def test_the_variable_says_what_is_wanted(monkeypatch, level, quiet):
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    if level:
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level)
    assert framework.is_quiet() is quiet


@pytest.mark.parametrize(("chatter", "quiet"), [(False, True), (True, False)])
def test_without_it_there_is_chatter_only_where_it_is_asked_for(monkeypatch, chatter, quiet):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "x")  # so that it is put back
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
    framework.prefer_repeatable_results(chatter)
    assert framework.is_quiet() is quiet


def test_a_warning_of_retracing_is_dropped_and_no_other(caplog):
    logger = framework.import_tensorflow().get_logger()
    logger.warning("%d out of the last 5 calls to f triggered tf.function retracing.", 5)
    logger.warning("Gradients do not exist for variables")
    assert caplog.messages == ["Gradients do not exist for variables"]
