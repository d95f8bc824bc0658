"""Own the one way in over HTTP, and the public directory."""
