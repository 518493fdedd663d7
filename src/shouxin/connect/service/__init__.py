"""HTTP services as stores, by a declarative description."""
