"""Show the terms of the node's own, and name them in records that bear them."""
