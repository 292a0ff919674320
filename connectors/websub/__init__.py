"""WebSub: hubs that push what is new, so that nobody need poll for it."""
