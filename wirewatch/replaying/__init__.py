"""`wirewatch replay`: what watches would have made of stories of the past. Touches nothing live."""
