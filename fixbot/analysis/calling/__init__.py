"""Who calls a function with which arguments, who else may, and which functions change together."""
