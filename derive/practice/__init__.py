"""How fixbot learned what people catch: fetch packages, read their handlers, weigh the signs."""
