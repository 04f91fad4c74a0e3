"""Long work done in the background, with a row that a page follows."""
