"""TF_XLA_FLAGS in every form that TensorFlow reads, and what comes of it on each device."""

import pytest

from lowprec.training.xla_flags import XlaFlags, read_xla_flags

CPU = "--tf_xla_cpu_global_jit"


@pytest.mark.parametrize(
    ("setting", "flags"),
    [
        (None, XlaFlags()),
        ("", XlaFlags()),
        ("--tf_xla_auto_jit=0", XlaFlags(0, 0)),
        ("--tf_xla_auto_jit=1", XlaFlags(1, 1)),
        ("--tf_xla_auto_jit=2", XlaFlags(2, 2)),
        ("--tf_xla_auto_jit=-1", XlaFlags(-1, -1)),
        ("--tf_xla_auto_jit=fusible", XlaFlags(1, 1)),
        ("--tf_xla_auto_jit=single-gpu(2)", XlaFlags(2, 0)),
        ("--tf_xla_auto_jit=single-gpu(-1)", XlaFlags(-1, 0)),
        (CPU, XlaFlags(cpu=True)),
        (f"{CPU}=true", XlaFlags(cpu=True)),
        (f"{CPU}=TRUE", XlaFlags(cpu=True)),
        (f"{CPU}=1", XlaFlags(cpu=True)),
        (f"{CPU}=false", XlaFlags()),
        (f"{CPU}=0", XlaFlags()),
    ],
)
def test_each_value_of_a_flag(setting, flags):
    assert read_xla_flags(setting) == flags


@pytest.mark.parametrize(
    "setting",
    [
        f"--tf_xla_auto_jit=2 {CPU}",
        f"  --tf_xla_auto_jit=2\t\n{CPU}\r\n",
        f"{CPU} --tf_xla_auto_jit=2",
        f"--tf_xla_auto_jit='2' {CPU}",
        f'--tf_xla_auto_jit=" 2" {CPU}',
        f'--tf_xla_auto_jit="\\2"{CPU}',
        f"--tf_xla_min_cluster_size=2 --tf_xla_auto_jit=2 {CPU} --tf_xla_clustering_debug",
        f"--tf_xla_auto_jit=2 {CPU} --tf_xla_persistent_cache_prefix='a --tf_xla_auto_jit=1 b'",
        f'--tf_xla_persistent_cache_prefix="a\\" b" --tf_xla_auto_jit=2 {CPU}',
        f"{CPU} --tf_xla_auto_jit='2",
        f"--tf_xla_auto_jit=2 {CPU} and the rest --tf_xla_auto_jit=0",
    ],
)
def test_flags_are_separated_by_blanks_and_may_be_quoted(setting):
    assert read_xla_flags(setting) == XlaFlags(2, 2, cpu=True)


@pytest.mark.parametrize(
    ("setting", "flags"),
    [
        ("--tf_xla_auto_jit=2 --tf_xla_auto_jit=0", XlaFlags(0, 0)),
        ("--tf_xla_auto_jit=single-gpu(2) --tf_xla_auto_jit=1", XlaFlags(1, 1)),
        ("--tf_xla_auto_jit=1 --tf_xla_auto_jit=single-gpu(-1)", XlaFlags(-1, 1)),
        (f"{CPU} {CPU}=false", XlaFlags()),
    ],
)
def test_of_a_flag_that_is_given_twice_the_last_one_counts(setting, flags):
    assert read_xla_flags(setting) == flags


@pytest.mark.parametrize(
    "setting",
    [
        "--tf_xla_auto_jit",
        "-tf_xla_auto_jit=2",
        "--tf_xla_auto_jit=on",
        "--tf_xla_auto_jit=single-gpu(on)",
        "--tf_xla_auto_jit=",
        "--tf_xla_auto_jitter=2",
        "--tf_xla_min_cluster_size=2",
        "--tf_xla_enable_xla_devices",
        f"{CPU}_=1",
        f"{CPU}=yes",
        "2",
    ],
)
def test_what_is_no_such_flag_sets_nothing(setting):
    assert read_xla_flags(setting) == XlaFlags()


def test_a_setting_without_a_dash_names_a_file(tmp_path):
    file = tmp_path / "flags"
    file.write_text(f"--tf_xla_auto_jit=2\n{CPU}\n")
    assert read_xla_flags(str(file)) == XlaFlags(2, 2, cpu=True)
    assert read_xla_flags(str(tmp_path / "none")) == XlaFlags()
    assert read_xla_flags(str(tmp_path)) == XlaFlags()


@pytest.mark.parametrize(
    ("flags", "option", "cpu", "gpu"),
    [
        (XlaFlags(), False, False, False),
        (XlaFlags(), True, False, True),
        (XlaFlags(cpu=True), False, False, False),
        (XlaFlags(cpu=True), True, True, True),
        (XlaFlags(2, 2), False, False, True),
        (XlaFlags(2, 2, cpu=True), False, True, True),
        (XlaFlags(1, 1, cpu=True), True, True, True),
        (XlaFlags(-1, -1, cpu=True), True, False, False),
        (XlaFlags(3, 3, cpu=True), False, True, True),
        (XlaFlags(-2, -2, cpu=True), False, True, True),
        (XlaFlags(2, 0, cpu=True), False, False, True),
        (XlaFlags(-1, 0, cpu=True), True, True, False),
    ],
)
def test_what_xla_compiles_on_each_device(flags, option, cpu, gpu):
    assert flags.compiles_every_graph("cpu", option) is cpu
    assert flags.compiles_every_graph("gpu", option) is gpu
