"""Puts the root of the checkout on the path, for benchmarks that share builders with the tests."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
