"""Own the needs of families, by subject and urgency."""
