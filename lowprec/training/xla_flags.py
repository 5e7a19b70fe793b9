"""Whether XLA compiles every graph: the flags in TF_XLA_FLAGS, and TensorFlow's own option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lowprec.training.switches import integer, is_on

__all__ = ["XlaFlags", "read_xla_flags"]

_BLANKS = " \t\r\n"
_FLAG = re.compile(
    rf"""[{_BLANKS}]*(?P<name>-[-\w]*)
    (?: ='(?P<single>[^']*)'?
      | ="(?P<double>(?:\\.|[^"\\])*)"?
      | =(?P<bare>[^{_BLANKS}]*)
      | [^{_BLANKS}]* )""",
    re.ASCII | re.DOTALL | re.VERBOSE,
)
_SINGLE_GPU = re.compile(r"single-gpu\((.*)\)", re.DOTALL)


@dataclass(frozen=True)
class XlaFlags:
    """What TF_XLA_FLAGS says of the graphs that XLA is to compile.

    Attributes:
        single_gpu: level for graphs on one GPU: 0 leaves it to the option, -1 is off, others on.
        general: level for all other graphs.
        cpu: whether a level holds on the CPU, too; there the option alone does nothing.
    """

    single_gpu: int = 0
    general: int = 0
    cpu: bool = False

    def compiles_every_graph(self, device: str, option: bool) -> bool:
        """Return whether XLA compiles every graph of a training on the first device of its kind.

        A level that is not 0 overrides the option (`GetXlaGlobalJitLevel`, xla_cluster_util.cc).

        Args:
            device: "cpu" or "gpu".
            option: whether `tf.config.optimizer.set_jit` asks for XLA.
        """
        if device == "cpu" and not self.cpu:
            return False
        level = self.single_gpu if device == "gpu" else self.general
        return level != -1 if level else option


def read_xla_flags(setting: str | None) -> XlaFlags:
    """Read TF_XLA_FLAGS as TensorFlow does; of a flag that is given twice the last one counts.

    A setting that does not begin with "-" names a file with the flags. Flags are separated by
    blanks, and end at the first word that is none; a value may stand in quotes. What TensorFlow
    refuses ends its process, and is left aside here. The sources are
    xla/parse_flags_from_env.cc, xla/tsl/util/command_line_flags.cc and
    tensorflow/compiler/jit/flags.cc; the forms were tried on TensorFlow 2.21.
    """
    flags = XlaFlags()
    for name, value in _flags(_text(setting or "")):
        if name == "--tf_xla_auto_jit" and value is not None:
            flags = _with_level(flags, value)
        elif name == "--tf_xla_cpu_global_jit":
            flags = replace(flags, cpu=value is None or is_on(value))
    return flags


def _text(setting: str) -> str:
    if not setting or setting.lstrip(_BLANKS).startswith("-"):
        return setting
    try:
        return Path(setting).read_text(encoding="utf-8", errors="replace")
    except OSError:  # TensorFlow has ended the process, or is going to
        return ""


def _flags(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield name and value of each flag; None where there is no value."""
    end = 0
    while flag := _FLAG.match(text, end):
        end = flag.end()
        if flag["double"] is not None:
            yield flag["name"], re.sub(r"\\(.)", r"\1", flag["double"], flags=re.DOTALL)
        else:
            yield flag["name"], flag["bare"] if flag["single"] is None else flag["single"]


def _with_level(flags: XlaFlags, value: str) -> XlaFlags:
    """Return the flags with what `--tf_xla_auto_jit` has as its value."""
    if match := _SINGLE_GPU.fullmatch(value):
        level = integer(match[1])
        return flags if level is None else replace(flags, single_gpu=level)
    level = 1 if value == "fusible" else integer(value)
    return flags if level is None else replace(flags, single_gpu=level, general=level)
