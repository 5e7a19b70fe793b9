"""The one module that knows how TensorFlow and Keras differ from version to version.

Importing it is cheap; TensorFlow is imported by the first call.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "Device",
    "adam_variables",
    "build_optimizer",
    "current_scope",
    "device",
    "each_operation",
    "from_logits",
    "import_tensorflow",
    "inner_optimizer",
    "keras_backend",
    "keras_generation",
    "keras_module",
    "keras_version",
    "layers",
    "loss_dtype",
    "loss_scale",
    "memory_bytes",
    "missing_kernel",
    "numpy_dtype",
    "op_determinism",
    "prefer_repeatable_results",
    "profiled_operations",
    "profiler",
    "quantization",
    "replaced_weights",
    "reset_peak_memory",
    "scaled_loss",
    "second_moments",
    "set_attribute",
    "set_layer_policy",
    "state_variables",
    "synchronize",
    "tensorflow_version",
    "thread_options",
    "use_cell",
    "weight_name",
    "without_retracing_warnings",
]


ONEDNN_SWITCH = "TF_ENABLE_ONEDNN_OPTS"


def import_tensorflow() -> Any:
    """Import TensorFlow with its start-up chatter and oneDNN off, and return the module.

    oneDNN changes CPU results with the processor's instruction set, and where the processor has
    AVX512-FP16 it runs float16 Dense layers through its reference loop: 26 s a round of NN-I half
    instead of 1.5 s (TF 2.21, oneDNN 3.7.3). Both switches yield to the user's own setting.
    """
    if "tensorflow" not in sys.modules:
        prefer_repeatable_results()
    import tensorflow

    return tensorflow


def prefer_repeatable_results() -> None:
    """Set what TensorFlow is imported with, whoever imports it; the user's own settings stay."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault(ONEDNN_SWITCH, "0")


def keras_module() -> Any:
    """Return the Keras that TensorFlow uses: Keras 3, Keras 2, or tf-keras in its place."""
    return import_tensorflow().keras


def keras_version() -> str:
    """Return the version of the package that `tf.keras.Sequential` really comes from."""
    package = keras_module().Sequential.__module__.partition(".")[0]
    return str(sys.modules[package].__version__)


def keras_generation() -> str:
    """Return the first number of Keras' version: "2" or "3"."""
    return keras_version().partition(".")[0]


def tensorflow_version() -> str:
    """Return TensorFlow's version."""
    return str(import_tensorflow().__version__)


def keras_backend() -> str:
    """Return what Keras computes with: "tensorflow", as Keras 2 always does."""
    return str(keras_module().backend.backend())


def layers(model: Any) -> Iterator[Any]:
    """Yield every layer of `model`, wrapped and nested ones included, the model itself not.

    `_flatten_layers` is private in Keras 2 and 3, and the only walk that enters wrappers and
    recurrent cells; the public `model.layers` stops at the top level.
    """
    yield from model._flatten_layers(include_self=False)


def weight_name(weight: Any) -> str:
    """Return a weight's full name: its path on Keras 3, whose `name` is just "kernel"."""
    return str(getattr(weight, "path", weight.name))


def from_logits(net: Any) -> bool:
    """Return whether the loss of a compiled model takes logits, so that 0 is even odds."""
    config = net.loss.get_config() if hasattr(net.loss, "get_config") else {}
    return bool(config.get("from_logits", False))


def loss_dtype(loss: Any, labels: Any, predictions: Any) -> Any:
    """Return the dtype in which Keras works out a loss: an object, a name or a function.

    Functions and names of these are wrapped, in floatx by Keras 3 and in the predictions' dtype by
    Keras 2.
    """
    if isinstance(loss, keras_module().losses.Loss):
        return loss(import_tensorflow().convert_to_tensor(labels), predictions).dtype
    return keras_module().backend.floatx() if keras_generation() == "3" else predictions.dtype


def adam_variables(optimizer: Any, variable: Any) -> tuple[Any, Any, Any]:
    """Return a model's variable and its two moments in Adam, as TensorFlow's variables."""
    if keras_generation() == "2":
        place = optimizer._index_dict[optimizer._var_key(variable)]
    else:
        place = optimizer._get_variable_index(variable)
    moments = optimizer._momentums[place], optimizer._velocities[place]
    weights, first, second = (getattr(v, "_value", v) for v in (variable, *moments))
    return weights, first, second


def build_optimizer(net: Any) -> None:
    """Make all variables of a compiled model's optimizer, which Keras does in the first step."""
    optimizer = _optimizer_with_variables(net)
    optimizer.build(net.trainable_variables)
    if keras_generation() == "2":
        optimizer._built = True  # else the first step makes them again


def state_variables(net: Any) -> list[Any]:
    """Return all variables that training changes, the optimizer's and the loss scale's included.

    The loss scale of Keras 2 is private, and no variable of its optimizer; so is the product of
    momenta of its Nadam.
    """
    scale = getattr(getattr(net.optimizer, "_loss_scale", None), "_weights", {})
    optimizer = _optimizer_with_variables(net)
    known = {id(variable) for variable in optimizer.variables}
    attributes = (value for _, value in sorted(vars(optimizer).items()))
    private = [
        value
        for value in attributes
        if isinstance(value, import_tensorflow().Variable) and id(value) not in known
    ]
    scales = (scale[name] for name in sorted(scale))
    return [*net.variables, *optimizer.variables, *private, *scales]


def _optimizer_with_variables(net: Any) -> Any:
    """Return the optimizer that owns the variables: of Keras 2's loss scaling the inner one."""
    if keras_generation() == "2":
        return getattr(net.optimizer, "inner_optimizer", net.optimizer)
    return net.optimizer


def inner_optimizer(net: Any) -> Any:
    """Return the optimizer that moves the weights, within a loss scale's or not."""
    return getattr(net.optimizer, "inner_optimizer", net.optimizer)


def loss_scale(net: Any) -> float | None:
    """Return the loss scale in force; None where there is none."""
    optimizer = net.optimizer
    if not hasattr(optimizer, "inner_optimizer"):
        return None
    return float(optimizer.loss_scale if keras_generation() == "2" else optimizer.dynamic_scale)


def scaled_loss(net: Any, loss: Any) -> Any:
    """Return a loss as it is differentiated, its scale in it."""
    scale = getattr(net.optimizer, "scale_loss", None) or getattr(
        net.optimizer, "get_scaled_loss", None
    )
    return scale(loss) if scale else loss


def current_scope() -> str:
    """Return the name scope, which Keras opens for each call of a layer; "" outside of any."""
    return str(import_tensorflow().get_current_name_scope() or "")


def numpy_dtype(variable: Any) -> Any:
    """Return the dtype of a variable as NumPy's, or ml_dtypes' where NumPy has none."""
    return import_tensorflow().as_dtype(variable.dtype).as_numpy_dtype


def set_layer_policy(layer: Any, name: str) -> None:
    """Set the dtype policy of a layer that was built, which Keras 2 has no public way to."""
    if keras_generation() == "2":
        layer._set_dtype_policy(name)
    else:
        layer.dtype_policy = name


def use_cell(lstm: Any) -> None:
    """Let an LSTM of Keras 2 call its cell, in whose place it else runs a function of its own."""
    if keras_generation() == "2":
        lstm._could_use_gpu_kernel = False


def set_attribute(layer: Any, name: str, value: Any) -> None:
    """Set an attribute of a layer past Keras' tracking, which would take it for its own."""
    vars(layer)[name] = value


@contextmanager
def replaced_weights(layer: Any, names: Sequence[str], by: Callable[[Any], Any]) -> Iterator[None]:
    """Let a layer's weights be what a function makes of them, while it is called.

    Keras 3 keeps some of them under a private name, "_kernel".
    """
    kept = {key: value for key, value in vars(layer).items() if key.lstrip("_") in names}
    if len(kept) != len(names):
        raise AttributeError(f"{type(layer).__name__} has no weights {', '.join(names)}")
    vars(layer).update({key: by(value) for key, value in kept.items()})
    try:
        yield
    finally:
        vars(layer).update(kept)


def quantization(layer: Any) -> str | None:
    """Return how Keras itself quantizes a layer, such as "float8"; None where it does not."""
    mode = getattr(layer, "quantization_mode", None)
    return str(mode) if mode else None


@contextmanager
def without_retracing_warnings() -> Iterator[None]:
    """Keep TensorFlow from warning of models that are traced anew, where many are built."""
    logger = import_tensorflow().get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def profiler(folder: str) -> Iterator[None]:
    """Profile what runs inside, into a folder."""
    tools = import_tensorflow().profiler.experimental
    tools.start(folder)
    try:
        yield
    finally:
        tools.stop()


_OPERATION = re.compile(r"[^:]*:(?P<kind>_?[A-Z]\w*)")
"""How an operation is named in a profile: "net/dense/MatMul:MatMul"."""


def profiled_operations(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield kind and seconds of each run of an operation in a profile.

    Of a GPU where there is one, whose kernels name their operation in "tf_op"; else of the host.
    The form of the file is TensorFlow's own; its tools for it are not among its dependencies.
    """
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    space = xplane_pb2.XSpace()
    for path in folder.rglob("*.xplane.pb"):
        space.MergeFromString(path.read_bytes())
    gpus = [plane for plane in space.planes if plane.name.startswith("/device:GPU")]
    for plane in gpus or [plane for plane in space.planes if plane.name == "/host:CPU"]:
        for line in plane.lines:
            for event in line.events:
                if match := _OPERATION.fullmatch(_name_of(plane, event, bool(gpus))):
                    yield match["kind"], event.duration_ps * 1e-12


def _name_of(plane: Any, event: Any, on_gpu: bool) -> str:
    """Return the name of an event's operation; of a GPU's that of what its kernel is of."""
    metadata = plane.event_metadata[event.metadata_id]
    if not on_gpu:
        return str(metadata.name)
    for stat in (*event.stats, *metadata.stats):
        if plane.stat_metadata[stat.metadata_id].name == "tf_op":
            return str(stat.str_value or plane.stat_metadata[stat.ref_value].name)
    return ""


def second_moments(net: Any) -> list[Any] | None:
    """Return the second moments of a model's optimizer, one a trainable variable; None without."""
    return getattr(inner_optimizer(net), "_velocities", None) or None


@contextmanager
def each_operation(seen: Callable[[str, Sequence[Any], Sequence[Any]], None]) -> Iterator[None]:
    """Call a function with name, operands and results of each operation that runs eagerly.

    TensorFlow's own `enable_check_numerics` stands on the same private hook.
    """
    import_tensorflow()
    from tensorflow.python.framework import op_callbacks

    def callback(
        kind: str | bytes,
        operands: Sequence[Any],
        attributes: Any,
        results: Sequence[Any],
        op_name: Any = None,
        graph: Any = None,
    ) -> None:
        if graph is None:  # some of TensorFlow's ways to run an operation name it in bytes
            seen(kind.decode() if isinstance(kind, bytes) else kind, operands, results)

    op_callbacks.add_op_callback(callback)
    try:
        yield
    finally:
        op_callbacks.remove_op_callback(callback)


def synchronize() -> None:
    """Wait until every device has finished the work given to it."""
    import_tensorflow().test.experimental.sync_devices()


def reset_peak_memory() -> None:
    """Start to measure the peak memory of the first GPU afresh; nothing on a CPU."""
    tf = import_tensorflow()
    if tf.config.list_physical_devices("GPU"):
        tf.config.experimental.reset_memory_stats("GPU:0")


def memory_bytes() -> tuple[int, int] | None:
    """Return the memory of the first GPU in use, and its peak since the reset; None on a CPU."""
    tf = import_tensorflow()
    if not tf.config.list_physical_devices("GPU"):
        return None
    info = tf.config.experimental.get_memory_info("GPU:0")
    return int(info["current"]), int(info["peak"])


@dataclass(frozen=True)
class Device:
    """The device that TensorFlow trains on, as TensorFlow names it.

    Attributes:
        kind: "gpu" or "cpu".
        gpu: names of the GPUs, joined by " + "; None on a CPU.
        compute_capability: of the first GPU, such as "7.5"; None on a CPU.
        cuda: CUDA version that TensorFlow was built for; None on a CPU.
        cudnn: likewise cuDNN's.
        tf32: whether TensorFlow lets float32 matrix products run in TF32.
        xla: whether the option of `tf.config.optimizer` asks XLA to compile every graph.
        onednn: whether CPU operations may run in oneDNN.
        memory_growth: whether the option of `tf.config.experimental` has the first GPU's memory
            taken as it is needed.
    """

    kind: str
    gpu: str | None
    compute_capability: str | None
    cuda: str | None
    cudnn: str | None
    tf32: bool
    xla: bool
    onednn: bool
    memory_growth: bool = False


def device() -> Device:
    """Ask TensorFlow for its device."""
    tf = import_tensorflow()
    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    capability = details[0].get("compute_capability") if details else None
    build = tf.sysconfig.get_build_info() if details else {}
    return Device(
        kind="gpu" if details else "cpu",
        gpu=" + ".join(d.get("device_name", "unknown GPU") for d in details) or None,
        compute_capability=".".join(map(str, capability)) if capability else None,
        cuda=build.get("cuda_version"),
        cudnn=build.get("cudnn_version"),
        tf32=bool(tf.config.experimental.tensor_float_32_execution_enabled()),
        xla=bool(tf.config.optimizer.get_jit()),
        onednn=_onednn(),
        memory_growth=bool(gpus and tf.config.experimental.get_memory_growth(gpus[0])),
    )


def _onednn() -> bool:
    """Ask TensorFlow whether it uses oneDNN; of its spellings "0", "FALSE" and the like are off.

    With a spelling that TensorFlow does not read ("off", ""), its default holds, which depends on
    the platform and the processor: on Linux oneDNN is on where the processor has instructions for
    neural networks, such as AVX512-VNNI (`IsMklEnabled`, tensorflow/core/util/port.cc). That
    function is private; a later version without it is taken to follow the switch.
    """
    try:
        from tensorflow.python.util._pywrap_util_port import IsMklEnabled
    except ImportError:
        return os.environ.get(ONEDNN_SWITCH, "").lower() not in ("0", "false")
    return bool(IsMklEnabled())


def op_determinism() -> bool:
    """Ask TensorFlow whether its operations are deterministic.

    They are with TF_DETERMINISTIC_OPS or after `enable_op_determinism`. The question is private; of
    a later version without it only the variable is known.
    """
    import_tensorflow()
    try:
        from tensorflow.python.framework.config import is_op_determinism_enabled
    except ImportError:
        return os.environ.get("TF_DETERMINISTIC_OPS", "").lower() in ("1", "true")
    return bool(is_op_determinism_enabled())


def thread_options() -> tuple[int, int]:
    """Return the threads within and between operations set in `tf.config.threading`; 0 if unset."""
    threading = import_tensorflow().config.threading
    return (
        int(threading.get_intra_op_parallelism_threads()),
        int(threading.get_inter_op_parallelism_threads()),
    )


_FLOAT = r"(?P<dtype>HALF|BFLOAT16|FLOAT|DOUBLE|COMPLEX\d+)"
_REFUSALS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"No OpKernel was registered to support Op '(?P<op>\w+)'.*?=DT_{_FLOAT}",
        rf"Could not find device for node: .*? = (?P<op>\w+)\[.*?=DT_{_FLOAT}",
        r"Value for attr '\w+' of (?P<dtype>\w+) is not in the list of allowed values"
        r".*?Op<name=(?P<op>\w+)",
        r"Value passed to parameter (?P<op>'\w+') has DataType (?P<dtype>\w+) not in list",
    )
)
"""How TensorFlow says that it has no kernel, read from TF 2.12, 2.15 and 2.21 alike. The last form
(graph construction) names the parameter in the op's place."""

_DTYPE_NAMES = {"half": "float16", "float": "float32", "double": "float64"}


def missing_kernel(error: Exception) -> tuple[str, str] | None:
    """Return (op, dtype) if `error` is TensorFlow's refusal for want of a kernel, else None."""
    for refusal in _REFUSALS:
        if match := refusal.search(str(error)):
            dtype = match["dtype"].lower()
            return match["op"], _DTYPE_NAMES.get(dtype, dtype)
    return None
