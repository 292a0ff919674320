"""The main job on sample feeds, to see it work before there are feeds of one's own."""
