"""Learned policies against tuned rules: an experiment with equal budgets, from tuning to the last word."""
