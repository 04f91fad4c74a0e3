"""The e-mails that this service sends, by subject."""
