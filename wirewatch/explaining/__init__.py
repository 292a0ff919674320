"""`wirewatch explain`: the path of a story through every stage, and why it went that way."""
