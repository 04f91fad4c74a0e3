"""Spreadsheets sent through the web: seen first, corrected in place, applied once or not at all."""
