"""What a convention is made of: its entries, its articles, its text; whose signature each entry concerns."""
