"""Many comparisons at once, over literal sessions of six machines."""

import pytest

from lowprec.judging.comparison import Comparison, compare_pairs
from lowprec.judging.sides import matches
from lowprec.report.many_environments import many_text
from tests.literals import stored_pair, summary


def fleet(machines):
    """Comparisons of two TensorFlows on so many machines; the last is twice as slow on the new."""
    sessions = []
    for place, cpu in enumerate(machines):
        for version, day in (("2.20.0", 1), ("2.21.0", 10)):
            slower = 2.0 if (version, place) == ("2.21.0", len(machines) - 1) else 1.0
            for number in range(3):
                pair = stored_pair("half", fit_s=(slower * (2.0 + number / 100),))
                made = summary(day + number, pair, tensorflow=version, cpu=cpu)
                sessions.append(made)
    return [Comparison(*each, compare_pairs(*each)) for each in matches(sessions, "tensorflow")]


def test_a_line_a_machine_and_what_changed():
    text = many_text("tensorflow", fleet([f"Xeon {n}" for n in range(6)]))
    assert text.splitlines()[0] == "tensorflow 2.20.0 -> 2.21.0, quick protocol: 6 environments"
    table = text.split("\n\n")[1].splitlines()
    assert table[0].split() == [
        *("cpu", "sessions", "time", "slower", "faster", "worse", "unjudged"),
    ]
    assert table[1].split() == ["Xeon", "0", "3+3", "1.00", "0", "0", "0", "0"]
    assert table[6].split() == ["Xeon", "5", "3+3", "2.00", "1", "0", "0", "0"]
    assert "Xeon 5: NN-I half: 2.01 s -> 4.02 s" in text
    assert "--where FIELD=VALUE chooses: up to 4 are shown whole." in text


def test_no_line_is_wider_than_a_terminal():
    names = [f"Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz, family {n}" for n in range(6)]
    text = many_text("tensorflow", fleet(names))
    assert max(map(len, text.splitlines())) <= 80
    assert "..." in text
    assert "family 5" in text


def test_one_environment_goes_by_its_device():
    text = many_text("tensorflow", fleet(["Xeon"]))
    assert text.split("\n\n")[1].splitlines()[1].startswith("Xeon")


def test_markdown_shows_names_letter_by_letter():
    text = many_text("tensorflow", fleet(["<b>a</b>", "b"]), markdown=True)
    assert "<b>" not in text.replace("\\<", "")
    assert text.startswith("### tensorflow 2.20.0 ")


@pytest.mark.parametrize("protocol", ["quick", "paper"])
def test_each_two_values_and_protocol_have_a_table(protocol):
    text = many_text("tensorflow", fleet(["a", "b"]))
    assert (f"{protocol} protocol: 2 environments" in text) == (protocol == "quick")
