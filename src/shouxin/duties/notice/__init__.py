"""What people are told: versions of the rules of processing."""
