"""Own the choice of agencies for a need, and the reasons for it."""
