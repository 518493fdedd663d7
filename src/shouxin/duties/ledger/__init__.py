"""The ledger for people: what was done, shown, verified, proved and signed."""
