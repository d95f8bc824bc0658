"""Hold the four services, one package each."""
