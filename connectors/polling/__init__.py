"""Polling: what to do with a feed and when. All but `poller` decides without touching anything."""
