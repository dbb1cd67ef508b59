"""Learning: the network, training, and tuning."""
