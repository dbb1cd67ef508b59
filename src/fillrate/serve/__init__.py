"""The winner in production: a service that decides from a stock ledger, and never promises a unit twice."""
