"""Who may see the page: anyone on this machine, whoever has the token, or whom a proxy names."""

import hmac
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection

COOKIE = "wirewatch"
DAY = 24 * 3600
COOKIE_SECONDS = 30 * DAY
_SALT = "web session"
_NAME_LENGTH = 100
_BEARER = "bearer "


@dataclass(frozen=True, kw_only=True, repr=False)
class Access:
    """What is asked of whoever asks. With neither token nor proxy header it is nothing."""

    key: str
    """What cookies are signed with."""
    token: str = ""
    proxy_header: str = ""

    @property
    def asks_for_token(self) -> bool:
        """Whether there is a token to give."""
        return bool(self.token)

    def may_pass(self, request: HTTPConnection) -> bool:
        """Say whether a request is of somebody who may see the page."""
        if not self.token and not self.proxy_header:
            return True
        if self.proxy_header and request.headers.get(self.proxy_header, "").strip():
            return True
        if not self.token:
            return False
        given = request.headers.get("authorization", "")
        if given[: len(_BEARER)].lower() == _BEARER:
            return self.is_token(given[len(_BEARER) :].strip())
        return self._is_cookie(request.cookies.get(COOKIE, ""))

    def user(self, request: HTTPConnection) -> str:
        """Return the name that the proxy gives, empty if nobody is named."""
        if not self.proxy_header:
            return ""
        name = request.headers.get(self.proxy_header, "").strip()
        return "".join(char for char in name if char.isprintable())[:_NAME_LENGTH]

    def is_token(self, given: str) -> bool:
        """Say whether a text is the token, in a time that doesn't tell how much of it is right."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    def cookie(self) -> str:
        """Return the cookie of somebody who gave the token."""
        return self._serializer().dumps("in")

    def _is_cookie(self, value: str) -> bool:
        try:
            self._serializer().loads(value, max_age=COOKIE_SECONDS)
        except BadSignature:
            return False
        return True

    def _serializer(self) -> URLSafeTimedSerializer:
        # By the token too: whoever changes it has logged everybody out.
        return URLSafeTimedSerializer([self.key + self.token], salt=_SALT)
