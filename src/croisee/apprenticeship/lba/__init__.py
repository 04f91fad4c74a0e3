"""The API (version 3) of La bonne alternance: calling it, writing and reading its offers."""
