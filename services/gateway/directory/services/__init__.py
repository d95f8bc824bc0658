"""Own the services of the directory: each rendered from its record and its organization's, and written by version."""
