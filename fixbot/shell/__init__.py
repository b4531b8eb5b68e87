"""Every effect on the world outside: one module for each outside thing."""
