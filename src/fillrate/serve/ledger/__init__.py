"""The stock ledger in SQL: stock, orders, reservations, an append-only log, and events on their way out."""
