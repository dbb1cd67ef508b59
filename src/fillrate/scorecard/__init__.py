"""What it was worth: metrics, accounts and ratios."""
