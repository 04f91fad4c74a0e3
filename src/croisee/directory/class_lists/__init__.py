"""Class lists: any spreadsheet of pupils, read, compared with who is there, and taken in once."""
