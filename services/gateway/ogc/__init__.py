"""Own what OGC API - Features shows of the directory: collections, their features, and what may be asked of them."""
