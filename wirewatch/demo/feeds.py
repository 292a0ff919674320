"""The sample feeds: fictional news in our own words, in the forms that real feeds come in."""

from pathlib import Path

from connectors.polling.feed import Feed

FOLDER = Path(__file__).with_name("feeds")
OUTLETS = {
    "mekong-courier": "Mekong Courier",
    "gulf-wire": "Gulf Wire",
    "pacific-desk": "Pacific Desk",
    "harbour-news": "Harbour News",
    "rights-monitor": "Rights Monitor",
    "depeches-du-sud": "Dépêches du Sud",
    "capitol-line": "Capitol Line",
}
"""The outlet of each feed, by the name of its file."""


def demo_feeds(base: str) -> list[Feed]:
    """Return the sample feeds as they are served under the address `base`."""
    return [
        Feed(id=name, url=f"{base}/{name}.xml", source=outlet) for name, outlet in OUTLETS.items()
    ]
