"""A consultation as a whole, and what is shown while it lasts."""

import io

from lowprec.doctor.consultation import consult
from lowprec.rows.schemes import SCHEMES
from tests.doctor.trainings import build, task


def adam(keras, dtype):
    return build(keras, dtype, keras.optimizers.Adam(0.05))


def test_a_cause_and_its_remedies(caplog):
    found = consult(task(adam), SCHEMES["bfloat16"], 12, tries=True)
    assert found.diagnosis.cause.rule.name == "beta_2 is 1"
    assert [tried.run.outcome for tried in found.tried] == ["learns", "learns"]
    assert "retracing" not in caplog.text  # of models that are traced anew nobody is warned


def test_a_sound_training_needs_no_remedy():
    sound = consult(task(epochs=2), SCHEMES["single"], 12, tries=True)
    assert (sound.diagnosis.state, sound.tried) == ("healthy", ())


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    consult(task(epochs=1), SCHEMES["single"], 12, tries=False, terminal=terminal)
    assert "points single: in float64 and as it is" in terminal.getvalue()
