"""The model: stages, event keys, delays, costs and invariants; `simpy_model` is the model of record."""
