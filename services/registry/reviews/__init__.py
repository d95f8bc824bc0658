"""Look the register over where something around it changed: the tree of areas, or the day."""
