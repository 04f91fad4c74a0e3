"""PDF documents from templates, with a reference that anyone can check."""
