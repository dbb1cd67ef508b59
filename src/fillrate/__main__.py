"""`python -m fillrate` is the command `fillrate`."""

from __future__ import annotations

import sys

from fillrate.cli import main

if __name__ == "__main__":
    sys.exit(main())
