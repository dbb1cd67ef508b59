"""The compiled twin of the SimPy model: the same journal, bit for bit, in machine code."""
