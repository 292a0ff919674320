"""Looking back: explain, replay, judge. Touches nothing live."""
