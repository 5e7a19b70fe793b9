"""`python -m lowprec` is the `lowprec` command."""

import sys

from lowprec.cli import main

if __name__ == "__main__":
    sys.exit(main())
