"""E-mails, by subject."""
