"""The e-mails, by subject."""
