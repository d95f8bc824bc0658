"""Read a list by the numbers of its pages, or all of it."""
