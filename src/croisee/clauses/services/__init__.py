"""What is done in this service, by subject: the only place that writes."""
