"""The one folder that knows how TensorFlow and Keras differ from version to version.

Importing it is cheap; TensorFlow is imported by the first call.
"""

from lowprec.framework.chatter import is_quiet, without_chatter
from lowprec.framework.devices import (
    Device,
    device,
    memory_bytes,
    op_determinism,
    reset_peak_memory,
    synchronize,
    thread_options,
)
from lowprec.framework.models import (
    current_scope,
    from_logits,
    layers,
    loss_dtype,
    numpy_dtype,
    quantization,
    replaced_weights,
    set_attribute,
    set_layer_policy,
    use_cell,
    weight_name,
)
from lowprec.framework.operations import (
    each_operation,
    missing_kernel,
    without_retracing_warnings,
)
from lowprec.framework.optimizers import (
    adam_variables,
    build_optimizer,
    inner_optimizer,
    loss_scale,
    scaled_loss,
    second_moments,
    state_variables,
    with_loss_scale,
)
from lowprec.framework.profiles import (
    profiled_operations,
    profiler,
)
from lowprec.framework.replicas import (
    make_devices,
    replica,
    replicas_of,
    strategy,
)
from lowprec.framework.set_up import told_warnings
from lowprec.framework.settings import Setting, settings
from lowprec.framework.versions import (
    import_tensorflow,
    keras_backend,
    keras_generation,
    keras_module,
    keras_version,
    prefer_repeatable_results,
    tensorflow_version,
)

__all__ = [
    "Device",
    "Setting",
    "adam_variables",
    "build_optimizer",
    "current_scope",
    "device",
    "each_operation",
    "from_logits",
    "import_tensorflow",
    "inner_optimizer",
    "is_quiet",
    "keras_backend",
    "keras_generation",
    "keras_module",
    "keras_version",
    "layers",
    "loss_dtype",
    "loss_scale",
    "make_devices",
    "memory_bytes",
    "missing_kernel",
    "numpy_dtype",
    "op_determinism",
    "prefer_repeatable_results",
    "profiled_operations",
    "profiler",
    "quantization",
    "replaced_weights",
    "replica",
    "replicas_of",
    "reset_peak_memory",
    "scaled_loss",
    "second_moments",
    "set_attribute",
    "set_layer_policy",
    "settings",
    "state_variables",
    "strategy",
    "synchronize",
    "tensorflow_version",
    "thread_options",
    "told_warnings",
    "use_cell",
    "weight_name",
    "with_loss_scale",
    "without_chatter",
    "without_retracing_warnings",
]
