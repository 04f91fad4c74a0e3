"""The pages of the rounds: managing them, reading their result, and what each person sees of them."""
