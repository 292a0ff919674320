"""Signed links in messages: say right or wrong, mute an alert, unsubscribe."""
