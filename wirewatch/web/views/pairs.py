"""Pairs of countries: how much each two have together, and one of them over time."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from wirewatch.archive import queries
from wirewatch.archive.counting import Counted, Step
from wirewatch.archive.queries import BadQuestionError
from wirewatch.archive.rows import StoryQuery
from wirewatch.archive.spikes import FEWEST
from wirewatch.archive.story_search import stories
from wirewatch.archive.timelines import pair_counts
from wirewatch.config import rules
from wirewatch.web import wording
from wirewatch.web.pair_charts import expected, last_spike, no_spikes_yet, pair_charts
from wirewatch.web.pair_matrix import COUNTRIES, country_name, matrix, pair_lines
from wirewatch.web.pair_periods import OF_MATRIX, OF_TIMELINES, chosen
from wirewatch.web.questions import require_names
from wirewatch.web.site import site_of
from wirewatch.web.templating import page

PAIRS = 30
"""Pairs in the list below the matrix."""
LOOKED_AT = COUNTRIES * (COUNTRIES - 1) // 2 + PAIRS
"""Pairs, those with most stories, that are looked at for spikes."""
SPIKE_DAYS = 7
STORIES = 5
RELATIONS: Mapping[str, Counted] = MappingProxyType(
    {"between": Counted.BETWEEN, "any": Counted.PAIR}
)
RELATION_WORDS: Mapping[str, str] = MappingProxyType({"between": "between them", "any": "any"})
COLOURS: Mapping[str, str] = MappingProxyType(
    {"volume": "number of stories", "change": "change from the usual"}
)


def show(request: Request) -> Response:
    """Show the matrix of the countries that most stories are about."""
    site, asked = site_of(request), request.query_params
    now = site.now()
    require_names(asked, ("period", "relation", "colour"))
    filters = {
        "period": chosen(asked, "period", OF_MATRIX, "7d"),
        "relation": chosen(asked, "relation", RELATIONS, "between"),
        "colour": chosen(asked, "colour", COLOURS, "volume"),
    }
    period, kind = OF_MATRIX[filters["period"]], RELATIONS[filters["relation"]]
    days = SPIKE_DAYS if period.step is Step.DAY else 2  # 24 hours are of two days
    with queries.reading(site.data) as db:
        counts = pair_counts(db, period.since(now), now, kind)
        found = {
            one.pair: last_spike(db, kind, one.pair, days, now)
            for one in counts[:LOOKED_AT]
            if one.stories >= FEWEST
        }
        no_spikes = no_spikes_yet(db, site.config().settings, now)
    spikes = {
        pair: f"{wording.day(spike.at)}: {spike.stories}, {expected(spike)}"
        for pair, spike in found.items()
        if spike is not None
    }
    lines = pair_lines(counts, spikes, period.share(now))
    return page(
        request,
        "pairs.html",
        rows=matrix(lines),
        lines=list(lines.values())[:PAIRS],
        pairs=len(lines),
        filters=filters,
        periods=OF_MATRIX,
        relations=RELATION_WORDS,
        colours=COLOURS,
        known=any(line.usual is not None for line in lines.values()),
        no_spikes=no_spikes,
    )


def one(request: Request) -> Response:
    """Show a pair over time, as a whole and by topic."""
    site = site_of(request)
    now = site.now()
    try:
        pair = rules.pair(request.path_params["pair"])
    except ValueError as error:
        raise BadQuestionError(str(error)) from error
    require_names(request.query_params, ("period",))
    name = chosen(request.query_params, "period", OF_TIMELINES, "30d")
    period = OF_TIMELINES[name]

    def address(of: dict[str, str]) -> str:
        return wording.url(site.root, "/stories", of)

    with queries.reading(site.data) as db:
        charts = pair_charts(db, pair, period, now, address)
        newest = stories(db, StoryQuery(pair=pair, limit=STORIES))
        by_day = period.step is Step.DAY
        no_spikes = no_spikes_yet(db, site.config().settings, now) if by_day else ""
    return page(
        request,
        "pair.html",
        pair=pair,
        names=[country_name(code) for code in pair.split("-")],
        charts=charts,
        newest=newest,
        period=name,
        step="hour" if period.step is Step.HOUR else "day",
        periods=OF_TIMELINES,
        no_spikes=no_spikes,
    )
