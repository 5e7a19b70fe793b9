"""The doctor's rules, a row each: signature, diagnosis, remedy, source. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lowprec.diagnosis import signs_numbers, signs_own, signs_updates
from lowprec.diagnosis.signs import SignOf

__all__ = ["RULES", "Kind", "Mend", "Remedy", "Rule"]

Kind = Literal["precision", "own", "remark"]
"""Of what a rule finds: a fault of the format, one that float64 shows too, or neither."""

Mend = Literal[
    "safe-adam",
    "epsilon",
    "beta_2",
    "mixed",
    "mixed-bfloat16",
    "smaller loss",
    "smaller inputs",
    "logits",
    "loss scale",
    "smaller rate",
    "float32 output",
]
"""Names of what `lowprec.doctor.mends` can do to a training."""


@dataclass(frozen=True)
class Remedy:
    """What to change.

    Attributes:
        line: of code, or what to write in its place.
        mend: what `--try` does; None where it is in code that only its author can change.
    """

    line: str
    mend: Mend | None = None


@dataclass(frozen=True)
class Rule:
    """A row.

    Attributes:
        name: short, of the cause.
        kind: of what it finds.
        sign: looks for its signature.
        breaks: whether it can make numbers that are not finite; what cannot is no cause of these.
        diagnosis: in plain words. Braces hold the sign's numbers; `weights` and `computes` are the
            scheme's dtypes.
        evidence: what was measured, likewise.
        remedies: to be tried in their order.
        source: where the rule comes from.
    """

    name: str
    kind: Kind
    sign: SignOf
    diagnosis: str
    evidence: str
    remedies: tuple[Remedy, ...]
    source: str
    breaks: bool = True


SAFE_ADAM = Remedy("optimizer=lowprec.SafeAdam({rate:g})", "safe-adam")
MIXED = Remedy('keras.mixed_precision.set_global_policy("mixed_float16")', "mixed")
MIXED_BFLOAT16 = Remedy(
    'keras.mixed_precision.set_global_policy("mixed_bfloat16")', "mixed-bfloat16"
)
LOGITS = Remedy(
    "last layer without activation, loss=...Crossentropy(from_logits=True); in a loss of your own "
    "the logarithm of the softmax in one: tf.nn.log_softmax(logits)",
    "logits",
)
FLOAT32_OUTPUT = Remedy('dtype="float32" for what comes after the last weights', "float32 output")
IEEE = "IEEE 754-2019, table 3.5: {computes} ends at {limit:g}"
ADAM = "Kingma and Ba, Adam, 2015, algorithm 1: m / (sqrt(v) + epsilon), v a mean of squares"

RULES: tuple[Rule, ...] = (
    Rule(
        "data not finite",
        "own",
        signs_own.data_is_not_finite,
        "The {where} hold values that are no numbers.",
        "{share:.2%} of the {where} are NaN or infinite.",
        (Remedy("assert np.isfinite(x).all() and np.isfinite(y).all(), then mend the data"),),
        "looked at before training",
    ),
    Rule(
        "loss outside its domain",
        "own",
        signs_own.loss_is_outside_its_domain,
        "{kind} in {where} is given what it is not defined for, in float64, too.",
        "step {step}: {negative:.1%} of the operand of {kind} are negative, {zero:.1%} are 0.",
        (Remedy("labels and outputs in the loss's domain: its kind of label, its activation"),),
        "the same step in float64",
    ),
    Rule(
        "learning rate too large",
        "own",
        signs_own.learning_rate_is_too_large,
        "The learning rate is too large in any precision.",
        "in float64 it does not learn with {rate:g}, and does with {smaller:g} (score "
        "{score:.3f}).",
        (Remedy("learning_rate={smaller:g}", "smaller rate"),),
        "trained in float64 with a tenth, a hundredth ... of the rate",
    ),
    Rule(
        "epsilon is too large",
        "own",
        signs_own.epsilon_is_too_large,
        "The epsilon of {optimizer} is larger than the gradients, so that it is what they are "
        "divided by: steps are far shorter than the learning rate, in any precision.",
        "step {step}: half of the gradients of {where} are below {gradient:.2g}, epsilon is "
        "{epsilon:g}; in float64 half of the updates are below {share:.2g} of the learning rate; "
        "with an epsilon of 1e-7 the score in float64 is {score:.3f}.",
        (SAFE_ADAM,),
        ADAM,
        breaks=False,
    ),
    Rule(
        "labels do not follow from inputs",
        "own",
        signs_own.labels_do_not_follow,
        "The model can learn examples by heart, but nothing that holds for others: look at the "
        "data and its labels.",
        "in float64 it scores {memorised:.3f} on one batch trained again and again, and "
        "{score:.3f} on the test set after its training (guessing: {guess:.3f}).",
        (Remedy("look at some examples beside their labels, and at how they are shuffled"),),
        "trained in float64 on one batch",
    ),
    Rule(
        "model does not learn",
        "own",
        signs_own.model_cannot_learn,
        "The model does not even learn one batch by heart in float64: model, loss or optimizer "
        "are at fault, not the precision.",
        "in float64 it scores {score:.3f} on one batch trained again and again (guessing: "
        "{guess:.3f}).",
        (Remedy("look at activations, at the loss and at what is trainable"),),
        "trained in float64 on one batch",
    ),
    Rule(
        "input overflows",
        "precision",
        signs_numbers.input_overflows,
        "The inputs are too large for {dtype}.",
        "step {step}: {share:.1%} of the input are infinite after the conversion to {dtype} in "
        "{where}; the largest is {largest:g}, {dtype} ends at {limit:g}.",
        (
            Remedy(
                'keras.layers.Rescaling(1 / {largest:.0f}, dtype="float32") first',
                "smaller inputs",
            ),
            MIXED_BFLOAT16,
        ),
        IEEE,
    ),
    Rule(
        "constant overflows",
        "precision",
        signs_numbers.constant_overflows,
        "A constant of {where} is infinite in {dtype}; 0 times it, or it less itself, is NaN.",
        "step {step}: {kind} in {where} is given {value:g}, {dtype} ends at {limit:g}; the same "
        "step in float64 is finite.",
        (
            Remedy("a value that {dtype} holds, such as -1e4, or tf.where in place of the product"),
            MIXED_BFLOAT16,
        ),
        IEEE,
    ),
    Rule(
        "epsilon of a layer is 0",
        "precision",
        signs_numbers.divisor_is_zero,
        "{where} divides by a number that is 0 in {dtype} and not in float64: its epsilon is too "
        "small for {dtype}.",
        "step {step}: {share:.1%} of the operand of {kind} are 0; in float64 the smallest is "
        "{smallest:.2g}.",
        (
            Remedy("a larger epsilon in {where}, such as 1e-3, or this layer in float32"),
            MIXED_BFLOAT16,
        ),
        "IEEE 754-2019, table 3.5: the smallest float16 is 6e-8",
    ),
    Rule(
        "probability is 0",
        "precision",
        signs_numbers.probability_is_zero,
        "The loss takes the logarithm of a probability that rounds to 0, or is too small for its "
        "reciprocal in the gradient.",
        "step {step}: {kind} in {where} of a probability that is {smallest:.2g} in float64.",
        (LOGITS, FLOAT32_OUTPUT),
        "gradient of log p is 1 / p; of a loss with logits it is p - y, at most 1",
    ),
    Rule(
        "epsilon of the optimizer is 0",
        "precision",
        signs_updates.epsilon_is_zero,
        "The epsilon of {optimizer} is 0 in {weights}, and squares of small gradients are 0, too: "
        "the step divides by 0.",
        "step {step}: epsilon {value:g} is 0 in {weights}; in {where} {lost:.0%} of the second "
        "moments of gradients that are not 0 are 0, and {share:.1%} of the updates not finite.",
        (SAFE_ADAM, Remedy("{optimizer}(epsilon=1e-4)", "epsilon")),
        ADAM,
    ),
    Rule(
        "second moments underflow and weights leap",
        "precision",
        signs_updates.weights_leap,
        "{optimizer} squares gradients in {weights}, where small squares are 0: what is left to "
        "divide by is epsilon, and weights leap.",
        "step {step}: in {where} {lost:.0%} of the second moments of gradients that are not 0 are "
        "0; the largest update is {update:.2g}, {leap:.0f} times that of float64.",
        (SAFE_ADAM, Remedy("{optimizer}(epsilon=1e-4)", "epsilon")),
        ADAM,
    ),
    Rule(
        "beta_2 is 1",
        "precision",
        signs_updates.beta_2_is_one,
        "beta_2 rounds to 1 in {weights}, so the bias correction 1 - beta_2^t is 0: steps are 0, "
        "or divided by 0.",
        "step {step}: beta_2 {value:g} is 1 in {weights}; {still:.0%} of the updates are exactly "
        "0, {share:.0%} not finite, and in float64 they are up to {twin:.2g}.",
        (Remedy("{optimizer}(beta_2=0.99)", "beta_2"), SAFE_ADAM),
        "Kingma and Ba, Adam, 2015, section 3: bias correction",
    ),
    Rule(
        "updates round away",
        "precision",
        signs_updates.updates_round_away,
        "The updates are too small for weights in {weights}: weight + update is the weight.",
        "step {step}: {share:.0%} of the weights stay, as in {where}, whose updates are at most "
        "{update:.2g}, and half the distance between its largest weights is {half:.2g}.",
        (MIXED,),
        "Micikevicius et al., Mixed Precision Training, 2018, section 3.1: a float32 copy of "
        "weights",
        breaks=False,
    ),
    Rule(
        "gradients underflow",
        "precision",
        signs_updates.gradients_are_lost,
        "Gradients are too small for {computes} and become 0 on their way back.",
        "step {step}: {share:.0%} of the gradients are 0 that are not in float64, as in {where}, "
        "where the largest is {largest:.2g}; the smallest {computes} is {smallest:.2g}.",
        (
            Remedy("keras.mixed_precision.LossScaleOptimizer({optimizer}(...))", "loss scale"),
            MIXED,
        ),
        "Micikevicius et al., Mixed Precision Training, 2018, section 3.2: loss scaling",
        breaks=False,
    ),
    Rule(
        "loss overflows, or its gradient",
        "precision",
        signs_numbers.gradient_overflows,
        "The loss, with whatever scale is in it, is so large that it or its gradient does not fit "
        "into {dtype}.",
        "step {step}: {kind} in {where} gives {largest:.2g}, {dtype} ends at {limit:g}; loss in "
        "float64 {loss:.3g}, loss scale {scale}.",
        (
            Remedy(
                "a smaller loss: the mean in place of a sum, or a smaller factor before it",
                "smaller loss",
            ),
            MIXED_BFLOAT16,
        ),
        IEEE,
    ),
    Rule(
        "activations overflow",
        "precision",
        signs_numbers.activation_overflows,
        "The forward pass itself grows beyond {dtype}.",
        "step {step}: {kind} in {where} gives {largest:.2g} in float64, {dtype} ends at {limit:g}; "
        "in the first step the largest result of a layer was {before:.2g}.",
        (
            MIXED_BFLOAT16,
            Remedy("smaller targets, or a normalisation before {where}"),
        ),
        IEEE,
    ),
    Rule(
        "second moments overflow",
        "precision",
        signs_updates.moments_overflow,
        "{optimizer} squares gradients in {weights}, where large squares are infinite.",
        "step {step}: gradients of {where} are finite, up to {gradient:.2g}, and {share:.1%} of "
        "their second moments are not; {weights} ends at {limit:g}.",
        (SAFE_ADAM, MIXED),
        ADAM,
    ),
    Rule(
        "optimizer's arithmetic fails",
        "precision",
        signs_updates.arithmetic_fails,
        "{optimizer} makes updates that are not finite of gradients that are, in {weights} alone.",
        "step {step}: {share:.1%} of the updates of {where} are not finite; the same step of the "
        "same optimizer in float64 is.",
        (MIXED, SAFE_ADAM),
        "the same step in float64",
    ),
    Rule(
        "updates are lost",
        "precision",
        signs_updates.updates_are_lost,
        "{optimizer} makes updates of 0 in {weights} that are none in float64.",
        "step {step}: {share:.0%} of the weights do not move, as in {where}, whose largest "
        "gradient is {gradient:.2g} and whose largest update in float64 is {update:.2g}.",
        (SAFE_ADAM, MIXED),
        "the same step in float64",
        breaks=False,
    ),
    Rule(
        "output is saturated",
        "precision",
        signs_updates.output_is_saturated,
        "The output is saturated, and the loss clips its probability: no gradient is left.",
        "step {step}: every gradient is 0, at a loss of {loss:.3g}; in float64 it is not.",
        (LOGITS,),
        "Keras clips probabilities to [1e-7, 1 - 1e-7] in its cross-entropies",
        breaks=False,
    ),
    Rule(
        "statistic overflows",
        "precision",
        signs_numbers.statistic_overflows,
        "A statistic that no gradient sees does not fit into {weights}: training looks sound, and "
        "predictions are not.",
        "{where} is not finite after the training; it was to hold {largest:.3g}, {weights} ends at "
        "{limit:g}.",
        (
            Remedy(
                'keras.layers.Rescaling(...) first, or this layer with dtype="float32"',
                "smaller inputs",
            ),
        ),
        IEEE,
    ),
    Rule(
        "padding's gradient is garbage",
        "remark",
        signs_numbers.padding_is_garbage,
        "The gradient of a row that is padding is not finite: it should be 0, as a mask hides it.",
        "step {step}: of the gradient of {where} row {row} alone is not finite; the loss and every "
        "other gradient are.",
        (Remedy("do not read that row; tell TensorFlow (docs/gpu.md)"),),
        "docs/gpu.md: masked steps of a recurrent layer's gradient on a GPU",
    ),
    Rule(
        "repeated rows are squared one by one",
        "remark",
        signs_updates.repeated_rows,
        "The gradient of {where} comes as slices with repeated rows, and {optimizer} squares each "
        "by itself: its steps are others than those of the summed gradient, in any precision.",
        "step {step}: the update is {ratio:.2f} times as long as that of the same gradient summed "
        "first.",
        (SAFE_ADAM,),
        "Keras 3 on TensorFlow; Keras 2 and the dense gradient agree",
    ),
)
"""In the order in which causes come before consequences within a step."""
