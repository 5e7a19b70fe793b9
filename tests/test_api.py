"""What `import lowprec` gives."""

import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest

import lowprec


def test_the_version_is_the_packages():
    assert lowprec.__version__ == version("lowprec")


def test_importing_it_imports_nothing_heavy():
    heavy = {"numpy", "tensorflow", "pytest", "msgspec"}
    code = f"import lowprec, sys; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_schemes_are_a_mark():
    mark = lowprec.schemes("single", "mixed").mark
    assert (mark.name, mark.args) == ("lowprec_schemes", ("single", "mixed"))
    assert lowprec.schemes().mark.args == ()


@pytest.mark.parametrize(
    ("predictions", "score"),
    [
        ([[1.0, 0.0], [3.0, 0.0], [5.0, 3.0]], 1.0),
        ([[3.0, 1.0], [3.0, 1.0], [3.0, 1.0]], 0.0),  # the mean of each column
        ([[1.0, 0.0], [3.0, 0.0], [5.0, 0.0]], 1 - 9 / 14),
        ([[5.0, 0.0], [3.0, 0.0], [1.0, 3.0]], 1 - 32 / 14),  # worse than a constant
    ],
)
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_explained_is_r_squared(predictions, score, dtype):
    labels = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 3.0]])
    assert lowprec.explained(np.array(predictions, dtype), labels) == pytest.approx(score)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([1.0, 2.0, 3.0], r"predictions have shape \(2,\), labels \(3,\)"),
        ([1.0, 1.0], "all labels are the same"),
    ],
)
def test_what_cannot_be_explained(labels, message):
    with pytest.raises(ValueError, match=message):
        lowprec.explained([1.0, 2.0], labels)
