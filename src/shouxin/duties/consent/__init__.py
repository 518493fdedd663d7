"""What people agreed to, refused and withdrew."""
