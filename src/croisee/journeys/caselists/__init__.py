"""A caseload kept elsewhere until now: any spreadsheet of people followed, read, recognised, and taken in once."""
