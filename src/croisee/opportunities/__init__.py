"""What is offered, by whom, where, when, how many; who asks for it, with what answer. Every service stands on it."""
