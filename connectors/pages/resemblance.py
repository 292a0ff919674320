"""Whether a page's text is the story that its feed announced, or a page put before it. Pure.

A sign-in page, a cookie wall and "not found" come with status 200 and have text too. What they
don't have is the story's own words: those of its headline and summary.
"""

import re
from collections.abc import Iterator

UNLIKE = "the page's text isn't like the headline and summary: a sign-in, cookie or other page?"

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
)
"""Scripts that put no spaces between words."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
SHORTEST_WORD = 4
"""Letters; shorter ones are in every text. Words with other letters than ASCII's may have two."""
STEM = 5
"""Letters of a word that are compared: endings change."""
PIECE, HAN_PIECE = 6, 2
"""Characters compared where nothing parts words."""
LEAST = 2
"""Words that the text must have of a headline at least."""
SHARE, SHARE_OF_BOTH = 0.2, 0.3
"""Of the words of the headline, and of headline and summary, that a story's own text has: nine in
ten of rewritten headlines have more, and hardly any sign-in page."""
SHARE_BEHIND_A_WALL = 0.5
"""The same for a text that speaks of signing in, subscribing or cookies."""
READ = 20_000
"""Characters of a page that are compared: a story names early what it is about."""
BEGINS = 600
_WALL = re.compile(
    r"\b(?:sign in|sign up|log ?in|password|subscribe|subscribers?|subscription|cookies?|consent"
    r"|not found|error 404|access denied|free trial|already a member|create an account"
    r"|connectez-vous|se connecter|mot de passe|abonn\w+|introuvable|inici[ae] sesión|contraseña"
    r"|suscr[ií]b\w+|anmelden|passwort|abonnieren|accedi|abbonat\w+|assinantes?|entrar|berlangganan"
    r"|đăng nhập|đăng ký|không tìm thấy)\b"
    r"|登录|登入|订阅|訂閱|找不到|会员|ログイン|会員|로그인|구독|เข้าสู่ระบบ|สมัครสมาชิก|ไม่พบ"
    r"|ចូលគណនី|ជាវ|រកមិនឃើញ|войти|подписк|تسجيل الدخول|اشترك",
    re.IGNORECASE,
)


def resembles(headline: str, summary: str, text: str) -> bool:
    """Say whether a text has as many of a story's words as the story itself would."""
    text = _without_line(text[:READ], headline)
    there = set(_terms(text))
    of_headline, of_both = set(_terms(headline)), set(_terms(f"{headline} {summary}"))
    wall = bool(_WALL.search(text[:BEGINS])) and not _WALL.search(f"{headline} {summary}")
    for wanted, share in ((of_headline, SHARE), (of_both, SHARE_OF_BOTH)):
        enough = max(share, SHARE_BEHIND_A_WALL) if wall else share
        found = len(wanted & there)
        if found >= LEAST and found >= enough * len(wanted):
            return True
    return False


def _without_line(text: str, headline: str) -> str:
    """Leave out the headline itself: a page for subscribers repeats it above its offers."""
    folded = " ".join(headline.casefold().split())
    lines = (line for line in text.split("\n") if " ".join(line.casefold().split()) != folded)
    return "\n".join(lines)


def _terms(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            size = HAN_PIECE if _HAN.search(word) else PIECE
            yield from (word[at : at + size] for at in range(max(len(word) - size, 0) + 1))
        elif len(word) >= (SHORTEST_WORD if word.isascii() else 2) or word.isdecimal():
            yield word[:STEM]
