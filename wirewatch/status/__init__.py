"""How a deployment is doing, on one screen: collected, judged, and put into words."""
