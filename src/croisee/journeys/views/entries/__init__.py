"""The pages of entries: programmes, requests, committees."""
