"""Countries, pairs and topics: how well, and how fast."""
