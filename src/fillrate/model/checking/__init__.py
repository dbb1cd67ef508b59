"""The rules behind `fillrate.model.invariants`, by what they are about."""
