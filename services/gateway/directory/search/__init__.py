"""Find organizations of the directory: by name, by words, by distance, a page at a time."""
