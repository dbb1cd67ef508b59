"""Decisions: columns, question and answer, mask, chain, whole-order cover, records."""
