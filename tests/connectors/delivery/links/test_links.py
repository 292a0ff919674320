"""Signed links, served over HTTP: what they do, and what they refuse."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from itsdangerous import TimestampSigner

from connectors.delivery.links.page import REASONS, form
from connectors.delivery.links.server import MOST_A_MINUTE, MOST_BYTES, LinkTools, link_server
from connectors.delivery.links.signing import (
    VALID_SECONDS,
    LinkAction,
    LinkSigner,
    LinkWriter,
    SignedAction,
)
from connectors.delivery.outbox import routing
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.sinks.interface import Notification
from connectors.errors import ConnectorError
from streams.model.verdict import Said, Verdict
from tests.support.samples import sample_alert
from wirewatch import private_files
from wirewatch.runtime.link_key import KEY_FILE, link_key

SIGNER = LinkSigner("k" * 43)
WHO = "anna/mail"
TOLD = Notification(id="n1", subscriber=WHO, events=(sample_alert(),))
LINKS = LinkWriter("", SIGNER).links(TOLD)
Visit = Callable[[aiohttp.ClientSession], Awaitable[None]]


class Desk:
    """An outbox, and the verdicts that were kept."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "outbox.sqlite"
        self.verdicts: list[Verdict] = []
        self.fails = False
        self.language = "en"

    async def keep(self, verdict: Verdict) -> None:
        if self.fails:
            raise ConnectorError("Kafka is away")
        self.verdicts.append(verdict)

    def visit(self, visit: Visit, signer: LinkSigner = SIGNER) -> None:
        """Serve the links while somebody visits them."""

        async def main() -> None:
            tools = LinkTools(
                signer=signer,
                outbox=self.path,
                known=WHO.__eq__,
                keep=self.keep,
                language=lambda _: self.language,
            )
            async with (
                link_server("127.0.0.1", 0, tools) as port,
                aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
            ):
                await visit(session)

        asyncio.run(main())

    def state(self) -> tuple[bool, bool]:
        """Return whether the subscriber is paused, and whether the alert is muted for it."""
        outbox = Outbox(self.path)
        try:
            alert = sample_alert().alert
            paused = outbox.paused_until(WHO, 1.0) is not None
            muted = outbox.change_by_hand(lambda db: routing.unmute(db, "anna", alert))
            return paused, muted
        finally:
            outbox.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def status(answer: aiohttp.client._RequestContextManager) -> int:
    async with answer as got:
        assert "default-src 'none'" in got.headers["Content-Security-Policy"]
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Referrer-Policy"] == "no-referrer"
        return got.status


def test_opening_a_link_changes_nothing(desk: Desk) -> None:
    async def visit(web: aiohttp.ClientSession) -> None:
        for link in (LINKS.right, LINKS.wrong, LINKS.mute, LINKS.unsubscribe):
            assert await status(web.get(link)) == 200
            assert await status(web.head(link)) == 200

    desk.visit(visit)
    assert (desk.verdicts, desk.state()) == ([], (False, False))


def test_the_button_of_each_form_does_what_its_link_says(desk: Desk) -> None:
    async def visit(web: aiohttp.ClientSession) -> None:
        for link in (LINKS.right, LINKS.mute):
            assert await status(web.post(link)) == 200
        for reason in REASONS:
            assert await status(web.post(LINKS.wrong, data={"reason": reason})) == 200

    desk.visit(visit)
    event = sample_alert()
    about = {(one.alert, one.watch, one.story, one.by) for one in desk.verdicts}
    assert about == {(event.alert, event.watch, event.story.id, "anna")}
    said = [(one.said, one.note) for one in desk.verdicts]
    assert said == [(Said.RIGHT, ""), *((Said.WRONG, reason) for reason in REASONS)]
    assert desk.state() == (False, True)


def test_one_click_unsubscribes_that_channel_without_cookies(desk: Desk) -> None:
    async def visit(web: aiohttp.ClientSession) -> None:
        form = {"List-Unsubscribe": "One-Click"}
        assert await status(web.post(f"/a/proxys/path{LINKS.unsubscribe}", data=form)) == 200
        assert not web.cookie_jar

    desk.visit(visit)
    assert desk.state() == (True, False)


def test_links_that_are_changed_foreign_old_or_of_nobody_do_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = LinkWriter("", LinkSigner("f" * 43)).links(TOLD).mute
    nobody = "/" + SIGNER.sign(SignedAction(LinkAction.UNSUBSCRIBE, "gone"))
    at = TimestampSigner.get_timestamp
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda self: at(self) - VALID_SECONDS - 9)
        old = LinkWriter("", SIGNER).links(TOLD).mute
    # Not its last character: some of that one's bits mean nothing.
    changed = LINKS.mute[:-9] + ("A" if LINKS.mute[-9] != "A" else "B") + LINKS.mute[-8:]
    wrong = {
        "/": 403,
        changed: 403,
        "/x" + LINKS.mute[1:]: 403,
        foreign: 403,
        "/" + "a" * 3_000: 403,
        old: 410,
        nobody: 410,
    }

    async def visit(web: aiohttp.ClientSession) -> None:
        for link, expected in wrong.items():
            assert (await status(web.get(link)), link) == (expected, link)
            assert (await status(web.post(link)), link) == (expected, link)

    desk.visit(visit)
    assert (desk.verdicts, desk.state()) == ([], (False, False))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "Ce lien n’est pas valable"),
        ("sv, km", "តំណនេះមិនត្រឹមត្រូវទេ"),
        ("sv", "This link is not valid"),
        ("", "This link is not valid"),
    ],
)
def test_a_link_of_nobody_known_is_refused_in_the_language_of_the_browser(
    desk: Desk, asked: str, said: str
) -> None:
    async def visit(web: aiohttp.ClientSession) -> None:
        async with web.get("/nothing", headers={"Accept-Language": asked}) as answer:
            assert answer.status == 403
            assert said in await answer.text()

    desk.visit(visit)


def test_forms_that_are_too_long_or_say_something_else_are_refused(desk: Desk) -> None:
    async def visit(web: aiohttp.ClientSession) -> None:
        async with web.post(LINKS.wrong, data={"reason": "x" * 2 * MOST_BYTES}) as answer:
            assert answer.status == 413
        assert await status(web.post(LINKS.wrong, data={"reason": "<b>"})) == 400

    desk.visit(visit)
    assert desk.verdicts == []


def test_a_subscriber_who_posts_too_often_is_held_back(desk: Desk) -> None:
    async def visit(web: aiohttp.ClientSession) -> None:
        codes = [await status(web.post(LINKS.right)) for _ in range(MOST_A_MINUTE + 1)]
        assert codes == [200] * MOST_A_MINUTE + [429]
        # Who has clicked enough can say so.
        assert await status(web.post(LINKS.unsubscribe)) == 200

    desk.visit(visit)


def test_what_can_not_be_written_down_is_not_said_to_be_done(desk: Desk) -> None:
    desk.fails = True

    async def visit(web: aiohttp.ClientSession) -> None:
        assert await status(web.post(LINKS.right)) == 503

    desk.visit(visit)


def test_names_are_escaped_in_pages() -> None:
    html = form(SignedAction(LinkAction.MUTE, WHO, "a1b2c3", '<script>"x'))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_digest_can_be_unsubscribed_from_and_its_alerts_not_judged() -> None:
    digest = LinkWriter("https://w.example.org/ww/", SIGNER).links(
        Notification(id="d", subscriber=WHO, events=(sample_alert(), sample_alert()))
    )
    assert digest.unsubscribe.startswith("https://w.example.org/ww/")
    assert (digest.right, digest.wrong, digest.mute) == ("", "", "")


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = link_key(tmp_path)
    assert link_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert key not in repr(LinkSigner(key))
    private_files.write_new(tmp_path / KEY_FILE, "of a service that began at the same time")
    assert link_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    (tmp_path / KEY_FILE).write_text("")
    with pytest.raises(ValueError, match="delete it"):
        link_key(tmp_path)


def test_a_page_names_the_alert_by_its_headline_and_speaks_its_readers_language(
    tmp_path: Path,
) -> None:
    desk, headline = Desk(tmp_path), sample_alert().story.headline

    async def visit(session: aiohttp.ClientSession) -> None:
        async with session.get(f"/ww{LINKS.wrong}") as answer:
            shown = await answer.text()
        assert headline[:50] in shown
        assert '<html lang="fr">' in shown
        assert "Cette alerte était-elle fausse" in shown
        assert "un doublon d’une autre alerte" in shown
        async with session.get("/ww/links.css") as answer:
            assert answer.content_type == "text/css"
            assert "min-height: 44px" in await answer.text()

    desk.language = "fr"
    desk.visit(visit)


def test_the_links_of_a_sample_change_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    links = LinkWriter("", SIGNER).links(replace(TOLD, sample=True))

    async def visit(session: aiohttp.ClientSession) -> None:
        for link in (links.right, links.wrong, links.mute, links.unsubscribe):
            async with session.get(link) as answer:
                assert "This is a sample" in await answer.text()
            async with session.post(link) as answer:
                assert answer.status == 200
                assert "nothing was changed" in await answer.text()

    desk.visit(visit)
    assert desk.verdicts == []
    assert not desk.path.exists()
