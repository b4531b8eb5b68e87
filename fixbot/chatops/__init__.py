"""What people and fixbot say to each other: it makes and reads text, and has no effects."""
