"""Own the command line: `tashbik`."""
