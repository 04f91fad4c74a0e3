"""The neighbourhood incubator: from a first contact to the company that lasts."""
