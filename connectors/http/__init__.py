"""Answers of servers, read as curl and browsers read them."""
