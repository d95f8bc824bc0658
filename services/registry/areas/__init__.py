"""Own the tree of areas: country, governorate, county (an Egyptian *markaz*), locality; their names and outlines."""
