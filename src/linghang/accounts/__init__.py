"""Log-in identity only: who signs in. Who that person is, and may do, is the room above (people)."""
