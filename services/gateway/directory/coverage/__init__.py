"""Own where needs are and who covers them: figures of each area, and the gaps between needs and help."""
