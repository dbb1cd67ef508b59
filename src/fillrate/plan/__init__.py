"""Planners, bounds and exact solutions."""
