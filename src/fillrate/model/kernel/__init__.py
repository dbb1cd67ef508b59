"""The compiled twin of the SimPy model: the same journal, bit for bit, a hundred times as fast."""
