"""The errors that a user of lowprec may meet; each carries one complete message.

A message names its subject, what was observed, what was expected and the next step.
"""

__all__ = [
    "BrokenOffError",
    "ClusterError",
    "DataError",
    "ExpectationError",
    "FrameworkError",
    "GitHubError",
    "HistoryError",
    "LowprecError",
    "MissingDataError",
    "PrecisionError",
    "RegressionWarning",
    "SuiteError",
    "UnsupportedError",
    "UsageError",
]


class LowprecError(Exception):
    """Base of all errors that are shown to the user as one message, without a traceback."""


class BrokenOffError(LowprecError):
    """A long run was broken off by whoever began it; says what is kept of it."""


class ClusterError(LowprecError):
    """A cluster cannot be reached, or is not such that rounds of it can be put together."""


class DataError(LowprecError):
    """A data set is missing, damaged or not what it should be."""


class MissingDataError(DataError):
    """A data set is not there at all."""


class FrameworkError(LowprecError):
    """TensorFlow or Keras cannot be imported, or is set up so that nothing here can be trained."""


class PrecisionError(LowprecError):
    """A numeric setting could not be made, or did not hold."""


class ExpectationError(LowprecError):
    """The table of expectations, or a row of it, is wrong."""


class UnsupportedError(LowprecError):
    """The framework has no kernel for an operation in a dtype."""

    def __init__(self, op: str, dtype: str) -> None:
        super().__init__(f"TensorFlow has no kernel for {op} in {dtype}")
        self.op = op
        self.dtype = dtype


class GitHubError(LowprecError):
    """A call to GitHub's API failed."""


class HistoryError(LowprecError):
    """A stored session cannot be read, or does not hold what a record must hold."""


class SuiteError(LowprecError):
    """The suite of a night has not stored the session that it should have."""


class UsageError(LowprecError):
    """A command or an option was given a value that it does not take."""


class RegressionWarning(UserWarning):
    """A pair is slower, or less accurate, than in earlier sessions."""
