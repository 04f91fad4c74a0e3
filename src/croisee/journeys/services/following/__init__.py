"""Following one person: objectives, steps, exchanges, appointments, the way out, corrections; the file in print."""
