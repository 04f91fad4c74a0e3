"""Entries: programmes, requests, the committees that decide on them."""
