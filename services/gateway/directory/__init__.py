"""Own the directory: the read model of what is public, built from events and read without the broker."""
