"""`lowprec profile`, with literal profiles."""

import pytest

from lowprec.cli import main
from lowprec.record.profile import OperationTime, Profile
from lowprec.rows.matrix import Pair
from lowprec.training import profiler


@pytest.fixture
def asked(monkeypatch):
    found = []

    def profiled(task, scheme, seed):
        found.append((task.name, scheme.name, seed))
        return Profile(Pair(task.name, scheme.name), 10, 0.1, 0.5, {"Relu": OperationTime(0.02, 9)})

    monkeypatch.setattr(profiler, "profiled", profiled)
    return found


def test_a_pair(asked, capsys):
    assert main(["profile", "CNN-I", "half"]) == 0
    assert asked == [("CNN-I", "half", 12)]
    assert "Relu" in capsys.readouterr().out


def test_two_schemes_beside_each_other(asked, capsys):
    assert main(["profile", "CNN-I", "mixed", "--against", "single"]) == 0
    assert asked == [("CNN-I", "single", 12), ("CNN-I", "mixed", 12)]
    assert capsys.readouterr().out.splitlines()[0].split()[-1] == "difference"


def test_an_unknown_scheme_is_named(asked, capsys):
    with pytest.raises(SystemExit):
        main(["profile", "CNN-I", "quarter"])
    assert "unknown name 'quarter'" in capsys.readouterr().err
    assert asked == []
