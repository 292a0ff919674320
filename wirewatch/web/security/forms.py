"""Forms that only our own pages can send.

A form carries a signed word for the browser that it was made for, which has the same in a cookie
that other sites can neither read nor send. Beside that the browser's own word for where a form
comes from is heeded (`guard`).
"""

import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.datastructures import FormData
from starlette.requests import Request

COOKIE = "wirewatch-form"
FIELD = "form"
MOST_SECONDS = 24 * 3600
MOST_FIELDS = 50
_SALT = "web form"


class ForgedFormError(Exception):
    """A form that no page of ours has made for this browser, or too long ago."""


class NoFormWordError(Exception):
    """A form, or its browser, without the word that our pages give both."""


class FormSigner:
    """Makes and reads what forms carry."""

    def __init__(self, key: str) -> None:
        """Sign with a key that outlives a restart, so that open pages go on working."""
        self._serializer = URLSafeTimedSerializer(key, salt=_SALT)

    def word(self, browser: str) -> str:
        """Return what the forms of a browser carry."""
        return self._serializer.dumps(browser)

    def is_of(self, word: str, browser: str) -> bool:
        """Say whether a form was made for the browser that sends it."""
        try:
            found = self._serializer.loads(word, max_age=MOST_SECONDS)
        except BadSignature:
            return False
        return bool(browser) and secrets.compare_digest(str(found), browser)


def browser_of(request: Request) -> str:
    """Return the word that a browser is known by, a new one if it has none."""
    known = request.cookies.get(COOKIE, "")
    return known if known.isalnum() and len(known) == 32 else secrets.token_hex(16)


async def read_form(request: Request, signer: FormSigner) -> FormData:
    """Return what a form of ours holds. Raises `ForgedFormError`, `NoFormWordError` for others."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    word, browser = str(form.get(FIELD, "")), request.cookies.get(COOKIE, "")
    if not word or not browser:
        raise NoFormWordError
    if not signer.is_of(word, browser):
        raise ForgedFormError
    return form
