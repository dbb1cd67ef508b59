"""Benchmarks: paired statistics, resumable experiments, comparisons and their report."""
