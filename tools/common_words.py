"""Write `streams/grouping/data/`: how common words are, for weighing what two reports share.

    pip install --group lexicons
    python -m tools.common_words

English words by their rank come from symspellpy's frequency dictionary, words that carry no
meaning of their own in other languages from stopwordsiso. The files are kept in the project, so
nobody needs this script to run wirewatch; run it to renew them.
"""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from stopwordsiso import stopwords

FOLDER = Path(__file__).parents[1] / "streams" / "grouping" / "data"
RANKED = 12_000
LANGUAGES = ("fr", "es", "pt", "de", "it", "nl", "id", "ms", "vi", "ru", "uk", "ar", "tl", "tr")
GENERATED = "# generated: don't edit, run `python -m tools.common_words`."


def main() -> None:
    """Write both files."""
    source = files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    rows = (line.split() for line in source.read_text("utf-8-sig").splitlines())
    ranked = sorted(((int(count), word) for word, count in rows), reverse=True)[:RANKED]
    _write("english.txt", (word for _, word in ranked))
    empty = {word for language in LANGUAGES for word in stopwords(language) if word.isalpha()}
    _write("empty.txt", sorted(empty))


def _write(name: str, words: Iterable[str]) -> None:
    lines = [GENERATED, *words]
    (FOLDER / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
