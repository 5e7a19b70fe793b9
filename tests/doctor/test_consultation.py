"""A consultation as a whole, and what is shown while it lasts."""

import io

from lowprec.doctor.consultation import consult
from lowprec.rows.schemes import SCHEMES
from tests.doctor.trainings import build, task


def adam(keras, dtype):
    return build(keras, dtype, keras.optimizers.Adam(0.05))


def test_a_cause_and_its_remedies():
    found = consult(task(adam), SCHEMES["bfloat16"], 12, tries=True)
    assert found.diagnosis.cause.rule.name == "beta_2 is 1"
    assert [tried.run.outcome for tried in found.tried] == ["learns", "learns"]


def test_remedies_are_tried_only_where_they_are_asked_for_and_needed():
    assert consult(task(adam), SCHEMES["bfloat16"], 12, tries=False).tried == ()
    sound = consult(task(), SCHEMES["single"], 12, tries=True)
    assert (sound.diagnosis.state, sound.tried) == ("healthy", ())


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    consult(task(epochs=1), SCHEMES["single"], 12, tries=False, terminal=terminal)
    assert "points single: in float64 and as it is" in terminal.getvalue()


def test_nobody_is_warned_of_models_that_are_traced_anew(caplog):
    consult(task(adam, epochs=1), SCHEMES["bfloat16"], 12, tries=True)
    assert "retracing" not in caplog.text
