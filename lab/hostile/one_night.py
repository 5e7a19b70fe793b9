"""python -m lab.hostile.one_night CLONE: a night as `lab.hostile.victims` runs them, to its end."""

import sys
from pathlib import Path

from lab.hostile.victims import VICTIMS

if __name__ == "__main__":
    next(VICTIMS["night"](Path(sys.argv[1])))
