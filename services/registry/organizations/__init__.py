"""Own the organizations of a node: their record, how it changes, how an imported row finds the one it speaks of."""
