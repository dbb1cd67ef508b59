"""Learning: policies fitted to a world."""
