"""What fixbot's knowledge was derived with: `stdlib` runs and reads the standard library, `practice` reads packages."""
