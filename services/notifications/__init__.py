"""Own the messages that reach citizens and staff, and what became of each."""
