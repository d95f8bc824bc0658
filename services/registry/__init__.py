"""Own the associations, units, companies and donors: where they are and what they can do."""
