"""Own messages: who is told of what, by which text, when, and what became of it."""
