"""Throw broken text at the tagger: nothing may fail, every span must hold, no text may take long.

Stories of mutated sentences and of random characters, on all cores; the same ones as long as the
tagger knows the same words. Then nasty texts of 100,000 characters, and how time grows up to ten
million: by `tag`, which reads the beginning of a field, and by the scanner, which reads all. Timing
has 4 GB of memory. Ends with 1 when anything was wrong, or a text of 100,000 characters took over
2 s.
"""

import math
import multiprocessing
import os
import random
import resource
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.support.options import Options
from streams.model.story import Story
from streams.model.tags import Span, Tags
from streams.tagging import shipped, tag
from streams.tagging.lexicon import all_words, shipped_topics
from streams.tagging.lexicon_entry import CountryWord
from streams.tagging.passages import MOST_CHARACTERS
from wirewatch.input.story_input import StoryInput, told_story

SEED = 20_261_124
CHUNK = 500
MOST_SECONDS = 2.0
MOST_MEMORY = 4 << 30
SIZE = 100_000
SIZES = (1_000_000, 2_000_000, 5_000_000, 10_000_000)
DAYS = (None, "2026-11-24", "1991-10-23")
LANGUAGES = (None, None, "en", "fr", "vi", "km", "xx", "")
SENTENCES = """\
PHNOM PENH, Nov. 24 (Wire) -- The U.S. defense secretary met Cambodia's prime minister, Hun Manet.
China's navy sent two warships to Ream Naval Base, the Pentagon said in Washington.
Human rights groups in Bangkok condemned the arrest of 12 Vietnamese activists!
"Russia and Ukraine," he said, "will not talk in Paris, Texas, or in Georgia."
Beijing (AP) – South Korea, Japan and the Philippines signed a Chinese loan for $1.2bn.
The Lao and Thai armies held a joint military exercise near the Myanmar border.
UK, US, UAE: foreign ministers of three countries walk into a bar in Berlin, N.H.
Anti-American protesters marched from Yangon University to the Indian embassy.
North Korea's Kim Jong Un fired a missile over the Sea of Japan; Seoul and Tokyo protested.
Le ministre français de la Défense s'est rendu au Cambodge et à Pékin, a-t-on appris à Paris.
Les États-Unis et la Thaïlande reprennent leurs exercices militaires après deux ans.
La Chine prête 300 millions d'euros à l'Éthiopie, selon l'ambassadeur de Côte d'Ivoire.
Des militants des droits de l'homme ont été arrêtés au Viêt Nam et en Birmanie.
美国国防部长周二在金边会见柬埔寨首相洪玛奈，双方讨论联合军事演习。
新华社北京11月24日电 中国和俄罗斯签署协议，越南、泰国和老挝表示欢迎。
人权组织谴责缅甸军方逮捕记者。日本外务省未予置评。
រដ្ឋមន្ត្រីការពារជាតិអាមេរិកបានជួបនាយករដ្ឋមន្ត្រីកម្ពុជានៅភ្នំពេញ។
ភ្នំពេញ៖ ប្រទេសចិន និងកម្ពុជា បានចុះហត្ថលេខាលើកិច្ចព្រមព្រៀងយោធា។
វៀតណាម ថៃ និងឡាវ ជួបប្រជុំគ្នានៅទីក្រុងបាងកក។
รัฐมนตรีกลาโหมสหรัฐพบนายกรัฐมนตรีกัมพูชาที่กรุงพนมเปญ
กองทัพไทยและกองทัพจีนฝึกร่วมกันใกล้ชายแดนลาวและเวียดนาม
Bộ trưởng Quốc phòng Mỹ đã gặp Thủ tướng Campuchia tại Phnôm Pênh hôm thứ Ba.
Trung Quốc và Việt Nam tập trận chung ở Biển Đông, Nhật Bản và Nga theo dõi.
Hà Nội: Thái Lan và Lào ký hiệp định về nhân quyền với Liên minh châu Âu.
التقى وزير الدفاع الأمريكي رئيس الوزراء الكمبودي في بنوم بنه يوم الثلاثاء.
وقعت الصين وروسيا اتفاقا عسكريا، ورحبت به مصر والسعودية وإيران.
دعت منظمات حقوق الإنسان فيتنام وتايلاند إلى الإفراج عن المعتقلين.
Министр обороны США посетил Камбоджу и провел переговоры в Пномпене.
Китай и Россия провели совместные военные учения; Япония и Вьетнам протестуют.
Правозащитники осудили аресты журналистов в Мьянме и Таиланде, пишут в Москве.
""".splitlines()
ODD = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u0301\u0308\u0327\u20dd\u17d2\u0e31\u064b\u3099"
    "\ud800\udfff\u200f\u202e\u2067\0\a\x1b\t\n\r\u2028\u00a0\u3000\uff11\uff0e\uff21\u212b"
    'İßŉǰΐﬁΣς，’–。！(."\U0001f1f0\U000e0041'
)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
SCANNER = shipped()._scanner
PHRASES = SCANNER.phrases

Mutation = Callable[[str, int, int, random.Random], str]
MUTATIONS: tuple[Mutation, ...] = (
    lambda t, a, b, _: t[:a] + t[b:],
    lambda t, a, _, dice: t[:a] + t[a : a + 1] * dice.randint(0, 5) + t[a + 1 :],
    lambda t, a, _, __: t[:a] + t[a + 1 : a + 2] + t[a : a + 1] + t[a + 2 :],
    lambda t, a, _, dice: t[:a] + "".join(dice.choices(ODD, k=dice.randint(1, 4))) + t[a:],
    lambda t, a, _, dice: t[:a] + dice.choice(ODD).join(t[a : a + 20]) + t[a + 20 :],
    lambda t, a, _, dice: t[:a] + chr(dice.randrange(0x110000)) + t[a:],
    lambda t, a, b, _: t[:a] + t[a:b].translate(WIDE) + t[b:],
    lambda t, a, b, _: t[:a] + t[a:b].upper() + t[b:],
    lambda t, a, b, _: t[:a] + t[a:b].lower() + t[b:],
    lambda t, _, __, dice: unicodedata.normalize(dice.choice(("NFC", "NFD", "NFKD")), t),
    lambda t, a, b, dice: t[:a] + dice.choice(SENTENCES)[b % 40 :] + t[b:],
    lambda t, a, _, dice: t[:a] + dice.choice(PHRASES) + t[a:],
)
NAMES = {
    word.code: word.text
    for word in all_words(shipped_topics())
    if isinstance(word, CountryWord) and word.kind == "name" and word.text.isascii()
    if word.language is None
}
UNITS = {
    "prose": f"{SENTENCES[0]} The ministry said that schools would open again. ",
    "one country": "Cambodia ",
    "one letter": "a",
    "capitals": "CHINA AND THE US MET IN PARIS ON TUESDAY. ",
    "spaces": " ",
    "full stops": ". ",
    "lines": "\n",
    "one word": "spokesman ",
    "countries without spaces": "FranceChina",
    "fifteen countries a line": " ".join(list(NAMES.values())[:15]) + "\n",
    "all countries a line": " ".join(NAMES.values()) + "\n",
    "every phrase known": " ".join(map(str.title, PHRASES)) + " ",
    "like datelines": "PARIS, NEW YORK / LONDON (AP) ",
    "spaces after a stop": "." + " " * 5_000,
    "Khmer": SENTENCES[16][:-1],
    "Chinese": SENTENCES[13],
    "one Khmer country": "កម្ពុជា",
    "zero-width spaces": "Cam\u200bbodia ",
    "combining marks": "\u0301",
    "full-width": "Cambodia ".translate(WIDE),
    "brackets": "(",
}
GROWING = ("prose", "one country", "Khmer", "combining marks", "full-width", "spaces", "one letter")


def main(count: int = 1_000_000) -> int:
    """Fuzz, then time; give the exit code."""
    console = Console(highlight=False, width=110)
    console.print(f"tagger {shipped().version}, {count:,} stories, seed {SEED}")
    wrong, tagged = fuzz(count)
    console.print(f"stories with a tag: {tagged:,}; with anything wrong: {len(wrong):,}")
    for number, problem in wrong[:10]:
        console.print(f"{problem} in {make_story(number)!a}", markup=False)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    slow = worst(console)
    growth(console)
    return 1 if wrong or slow else 0


def fuzz(count: int) -> tuple[list[tuple[int, str]], int]:
    """Check stories on all cores; give the numbers of bad ones, and how many had any tag."""
    chunks = [range(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        parts = pool.imap_unordered(check_all, chunks)
        done = list(track(parts, "fuzz", len(chunks), console=Console(stderr=True)))
    return sorted(bad for wrong, _ in done for bad in wrong), sum(tagged for _, tagged in done)


def check_all(numbers: Iterable[int]) -> tuple[list[tuple[int, str]], int]:
    """Check the stories of these numbers."""
    wrong: list[tuple[int, str]] = []
    tagged = 0
    for number in numbers:
        story = make_story(number)
        try:
            tags = tag(story)
            problem = next(problems(story, tags), "")
            tagged += bool(tags.countries or tags.topics)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            problem = f"{type(error).__name__}: {error}"
        if problem:
            wrong.append((number, problem))
    return wrong, tagged


def make_story(number: int) -> Story:
    """Make story `number`: the same each time."""
    dice = random.Random(f"{SEED}:{number}")
    headline, summary, body = (make_text(dice) for _ in range(3))
    told = {"headline": headline, "body": f"{headline} {body}" if dice.random() < 0.1 else body}
    if dice.random() < 0.3:
        told["summary"] = summary
    return told_story(
        StoryInput(**told, language=dice.choice(LANGUAGES), published=dice.choice(DAYS))
    )


def make_text(dice: random.Random) -> str:
    """Return random characters, or one to three sentences with up to seven mutations."""
    if dice.random() < 0.15:
        top = dice.choice((0x80, 0x600, 0x2100, 0x10000, 0x110000))
        return "".join(chr(dice.randrange(top)) for _ in range(dice.randrange(80)))
    text = " ".join(dice.choices(SENTENCES, k=dice.randint(1, 3)))
    for _ in range(dice.randrange(8)):
        first, last = sorted(dice.choices(range(len(text) + 1), k=2))
        text = dice.choice(MUTATIONS)(text, first, last, dice)
    return text


def problems(story: Story, tags: Tags) -> Iterator[str]:
    """Return all that is wrong with the tags."""
    scores = [(one.code, one.salience, one.spans) for one in tags.countries]
    scores += [(one.name, one.score, one.spans) for one in tags.pairs]
    scores += [(one.slug, one.score, one.spans) for one in tags.topics]
    for name, score, spans in scores:
        if not 0 <= score <= 1:
            yield f"{name}: score out of 0..1"
        if not spans or not all(holds(story, span) for span in spans):
            yield f"{name}: no span, or one that doesn't hold"


def holds(story: Story, span: Span) -> bool:
    """Say whether a span points to its surface."""
    text = {"headline": story.headline, "summary": story.summary, "body": story.body}[span.field]
    return 0 <= span.start < span.end <= len(text) and text[span.start : span.end] == span.surface


def worst(console: Console) -> bool:
    """Time nasty texts as the body of a story; say whether any takes too much."""
    tag(story_of("nonpareil ", SIZE))  # The model for languages loads now.
    times = {name: seconds(tag, story_of(unit, SIZE)) for name, unit in UNITS.items()}
    table = Table(f"a body of {SIZE:,} characters", "ms", box=None, pad_edge=False)
    for name, taken in sorted(times.items(), key=lambda item: -item[1]):
        table.add_row(name, f"{1e3 * taken:,.0f}" if taken < math.inf else "out of memory")
    console.print(table)
    return max(times.values()) > MOST_SECONDS


def growth(console: Console) -> None:
    """Time texts of growing size."""
    headings = [f"{name} {size // 1_000_000}M" for name in ("tag", "scan") for size in SIZES]
    read = f"seconds (tag reads {MOST_CHARACTERS['body']:,})"
    table = Table(read, *headings, box=None, pad_edge=False)
    for name in GROWING:
        stories = [story_of(UNITS[name], size) for size in SIZES]
        times = [seconds(tag, story) for story in stories]
        times += [seconds(lambda one: SCANNER.scan(one.body), story) for story in stories]
        table.add_row(name, *(f"{taken:.2f}" for taken in times))
    console.print(table)


def story_of(unit: str, size: int) -> Story:
    """Return a story with a body of so many characters, a unit again and again."""
    return told_story(StoryInput(body=(unit * (size // len(unit) + 1))[:size]))


def seconds(work: Callable[[Story], object], story: Story) -> float:
    """Time some work; without end when memory doesn't suffice."""
    began = time.perf_counter()
    try:
        work(story)
    except MemoryError:
        return math.inf
    return time.perf_counter() - began


if __name__ == "__main__":
    options = Options(__doc__, takes="about half an hour; with 10000 some minutes")
    options.number("count", 1_000_000, "stories")
    raise SystemExit(main(options.given().count))
