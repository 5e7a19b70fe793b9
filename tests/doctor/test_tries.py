"""Remedies that are tried, and trainings that tell causes apart."""

from lowprec.diagnosis.diagnosis import Finding
from lowprec.diagnosis.rules import RULES
from lowprec.diagnosis.signs import Sign
from lowprec.diagnosis.signs_own import MEMORISED, rate_name
from lowprec.doctor.tries import tell_apart, try_remedies
from lowprec.rows.schemes import SCHEMES
from tests.doctor.trainings import build, task


def finding(name, **numbers):
    rule = next(rule for rule in RULES if rule.name == name)
    return Finding(rule, Sign(1, "", numbers))


def test_each_remedy_is_trained():
    def adam(keras, dtype):
        return build(keras, dtype, keras.optimizers.Adam(0.05))

    beta_2 = finding("beta_2 is 1")
    tried = list(try_remedies(task(adam), SCHEMES["bfloat16"], 12, beta_2))
    assert [t.remedy.mend for t in tried] == ["beta_2", "safe-adam"]
    assert [t.run.outcome for t in tried] == ["learns", "learns"]


def test_why_a_remedy_could_not_be_tried():
    tried = list(try_remedies(task(), SCHEMES["half"], 12, finding("probability is 0")))
    assert [t.run for t in tried] == [None, None]
    assert [t.why for t in tried] == [
        "its loss takes no probabilities",
        "its last layer has weights",
    ]
    own = next(iter(try_remedies(task(), SCHEMES["half"], 12, finding("constant overflows"))))
    assert own.why == "it is in code that only its author can change"


def test_learning_rates_are_tried_until_one_learns():
    def fast(keras, dtype):
        return build(keras, dtype, keras.optimizers.SGD(50.0))

    made = task(fast, epochs=10)
    tried = tell_apart(made, SCHEMES["single"], made.load(), 12)
    assert list(tried)[-1].startswith("learning rate / ")
    assert next(reversed(tried.values())).outcome == "learns"
    assert rate_name(10) in tried


def test_a_schedule_is_not_divided_and_a_batch_is_learnt_by_heart():
    def scheduled(keras, dtype):
        schedule = keras.optimizers.schedules.ExponentialDecay(0.5, 100, 0.9)
        return build(keras, dtype, keras.optimizers.SGD(schedule))

    made = task(scheduled)
    tried = tell_apart(made, SCHEMES["single"], made.load(), 12)
    assert list(tried) == [MEMORISED]
    assert (tried[MEMORISED].outcome, tried[MEMORISED].steps) == ("learns", 200)
