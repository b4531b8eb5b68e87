"""What tests put in the place of a sleep, and what becomes of that when the sleep moves; it only reads."""
