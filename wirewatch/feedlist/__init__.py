"""`wirewatch feeds`: the list of feeds, by hand and from other programs' lists."""
