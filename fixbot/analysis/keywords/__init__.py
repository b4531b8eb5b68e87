"""Which keys flow through the `**kwargs` of a function: from its body, from what it calls, from who calls it."""
