"""HTTP services as stores."""
