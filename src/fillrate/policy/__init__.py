"""What is decided: rank, source and replenish, as data."""
