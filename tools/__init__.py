"""What generates shipped data: word lists and the heads of the second reader."""
