"""Many feeds, hostile feeds, and polls that are killed."""
