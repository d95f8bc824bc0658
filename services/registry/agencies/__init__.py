"""Own the question which agencies could answer a need, and which near ones could not."""
