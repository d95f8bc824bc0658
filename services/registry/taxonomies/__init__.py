"""Own the terms of the node's own: kinds of a subject of needs, named in three languages."""
