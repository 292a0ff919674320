"""Whether silence can be trusted: which sources of a watch bring nothing, and who is told. Pure."""
