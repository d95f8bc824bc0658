"""Own the vector tiles of the public directory: the counts that they are drawn from, how they are kept, and drawn."""
