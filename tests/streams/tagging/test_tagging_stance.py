# ruff: noqa: RUF001 - Russian letters are meant
"""How a text puts what it says of two countries: done, planned, possible, long past, denied."""

from pathlib import Path

import pytest

from streams.matching.match import Watches, match
from streams.model.tags import PairTag, Stance, TaggedStory
from streams.model.timestamps import Timestamps
from streams.tagging import tag
from tests.support.samples import NOON, sample_story
from wirewatch.config import load


def pair(name: str, headline: str, body: str = "") -> PairTag:
    (found,) = (
        one for one in tag(sample_story(headline=headline, body=body)).pairs if one.name == name
    )
    return found


DONE = [
    ("JP-VN", "Japan and Vietnam sign defence pact that could open ports to warships"),
    ("BR-FR", "French president visits Brazil to discuss possible submarine deal"),
    ("AU-FJ", "Australia and Fiji discuss patrols in Suva"),
    ("PL-UA", "Poland hands Ukraine tanks it had planned to scrap"),
    ("BO-CL", "Chile denies Bolivian soldiers entry"),
    ("DE-RU", "Germany jails Russian officer who denies spying"),
    ("EG-SD", "Egypt and Sudan agree to share data on the Nile"),
    ("IN-LK", "India delivers patrol boat to Sri Lanka before drill planned for May"),
    ("CA-PE", "Canadian minister arrives in Peru for talks on possible sale of planes"),
    ("MX-US", "US presses Mexico to send more soldiers to the border"),
    ("ES-MA", "España y Marruecos firman un acuerdo que permitirá patrullas conjuntas en el mar"),
    ("FR-SN", "La France a rendu au Sénégal la base militaire qui pourrait devenir une école"),
    ("DE-NO", "Deutschland und Norwegen haben ein Abkommen über neue U-Boote unterzeichnet"),
    ("JP-PH", "日本とフィリピンが防衛協定に署名"),
    ("ID-VN", "Chủ tịch nước Việt Nam thăm Indonesia để bàn khả năng hợp tác quốc phòng"),
    ("CN-RU", "中国和俄罗斯举行海上联合演习，可能每年一次"),
    ("LA-TH", "ไทยและลาวลงนามข้อตกลงที่จะเปิดด่านชายแดนใหม่"),
    ("KH-VN", "កម្ពុជា និងវៀតណាម ចុះហត្ថលេខាលើកិច្ចព្រមព្រៀងព្រំដែន"),
]
PLANNED = [
    ("IN-LK", "Indian warship to dock in Colombo as Sri Lanka opens new pier"),
    ("NO-UA", "Norway set to send Ukraine more howitzers"),
    ("KE-SO", "Kenya and Somalia will reopen their border, ministers said after meeting"),
    ("IT-TN", "Italian minister due in Tunisia for talks on migrants"),
    ("CA-PE", "Canada plans to sell Peru patrol planes that it retired"),
    ("AE-IN", "India and the UAE agree to hold naval drills next year"),
    ("AU-PG", "Australia said it would station police in Papua New Guinea"),
    ("CO-US", "US soldiers will resume training in Colombia"),
    ("BR-FR", "La France va livrer un sous-marin au Brésil"),
    ("CL-PE", "Chile y Perú realizarán maniobras navales en mayo"),
    ("JP-PH", "日本、フィリピンへ護衛艦を輸出へ"),
    ("FR-JP", "日本将与法国举行联合军演"),
    ("LA-VN", "Việt Nam và Lào sẽ tập trận chung vào tháng tới"),
    ("LA-TH", "ไทยเตรียมส่งทหารช่วยลาวเก็บกู้ระเบิด"),
    ("JP-KH", "ជប៉ុននឹងផ្តល់នាវាល្បាតដល់កម្ពុជា"),
]
POSSIBLE = [
    ("EE-FI", "Finland may let Estonia use its ranges"),
    ("CY-GR", "Greece considers sending Cyprus missiles"),
    ("DE-PL", "Poland could buy tanks that Germany built last year"),
    ("CO-VE", "Colombia podría enviar observadores a Venezuela"),
    ("FR-GR", "La France pourrait vendre à la Grèce trois frégates"),
    ("JP-KR", "日本と韓国、防衛協定の再開を検討"),
    ("AU-JP", "日本可能向澳大利亚出售护卫舰"),
    ("MY-TH", "ไทยอาจส่งทหารร่วมลาดตระเวนกับมาเลเซีย"),
]
DENIED = [
    ("RS-UA", "Serbia denies it sold shells to Ukraine"),
    ("IR-SD", "Iran dismisses reports that it flew drones to Sudan"),
    ("EC-PE", "Peru declines to invoke treaty against Ecuador"),
    ("GH-NE", "Ghana rules out sending troops to Niger"),
    ("ES-UA", "Spain will not send Ukraine its jets"),
    ("FR-ML", "La France dément avoir bombardé un village au Mali"),
    ("PK-CN", "巴基斯坦否认向中国租借军港"),
]
LONG_PAST = [
    ("AR-GB", "On this day in 1982: Argentina surrenders to Britain in the Falklands"),
    ("DZ-FR", "From the archive: how France left Algeria"),
    ("AR-GB", "Obituary: the British major who fought Argentina in the South Atlantic"),
    ("AO-PT", "50 years ago, Portugal left Angola to its rival armies"),
    ("CN-JP", "Film review: a soldier's tale of Japan's war in China"),
    ("BE-CD", "Belgium sent paratroopers to Congo in 1964"),
    ("DZ-FR", "Il y a 60 ans, la France quittait l'Algérie"),
    ("AR-GB", "Un día como hoy: Argentina se rinde ante el Reino Unido en las Malvinas"),
    ("CN-JP", "历史上的今天：日本占领中国东北"),
]
ANNIVERSARIES = [
    ("FR-VN", "France and Vietnam mark 50 years of ties with naval visit"),
    ("DE-PL", "Germany and Poland celebrate anniversary of their friendship treaty"),
    ("CN-LA", "中国与老挝庆祝建交六十周年"),
]

BY_LANGUAGE = [
    ("FR-IT", "Italia e Francia firmano un trattato che potrebbe creare truppe comuni", "actual"),
    ("GR-IT", "L'Italia invierà due navi in Grecia per un'esercitazione", "planned"),
    ("IT-LY", "L'Italia smentisce di aver addestrato soldati in Libia", "denied"),
    ("BE-NL", "Nederland en België tekenen akkoord over schepen die later komen", "actual"),
    ("DE-NL", "Nederland overweegt de koop van tanks uit Duitsland", "hypothetical"),
    ("ID-NL", "Uit het archief: hoe Nederland zijn leger uit Indonesië terugtrok", "historical"),
    ("PL-UA", "Polska przekazała Ukrainie czołgi, które mogą trafić na front", "actual"),
    ("LT-PL", "Polska wyśle na Litwę żołnierzy, powiedział minister obrony", "planned"),
    ("GR-TR", "Türkiye ile Yunanistan ortak devriye anlaşması imzaladı", "actual"),
    ("AZ-TR", "Türkiye, Azerbaycan ordusuna yeni uçaklar satacak", "planned"),
    ("FR-IN", "भारत और फ्रांस ने रक्षा समझौते पर हस्ताक्षर किए", "actual"),
    ("IN-NP", "भारत नेपाल को दो हेलीकॉप्टर देगा", "planned"),
    ("JP-PH", "Lumagda ang Pilipinas at Hapon sa kasunduan sa depensa ng dalawang bansa", "actual"),
    ("PH-VN", "Magpapadala ang Pilipinas ng barko sa Vietnam para sa pagsasanay", "planned"),
]

# Written when the words were done.
DONE_AFTER = [
    ("GB-KE", "Britain returns looted regalia to Kenya, which may lend some of it back"),
    ("NG-ZA", "Nigeria recalls envoy from South Africa after attacks on its shops"),
    ("AU-ID", "Indonesian navy chief flies to Australia for briefing on future frigates"),
    ("AR-BR", "Brazil and Argentina hold talks on a common currency that could take decades"),
    ("FI-RU", "Finland shuts crossings with Russia until further notice"),
    ("CA-IN", "India denied visas to Canadian diplomats, ministry says"),
    ("NL-PL", "Dutch court acquits Polish captain who denied smuggling arms"),
    ("EG-TR", "Turkish president lands in Egypt to seal deals expected to reach billions"),
    ("JO-SY", "Jordan warns Syria that it will strike traffickers"),
    ("IL-AZ", "Azerbaijan received Israeli drones in May, its parliament was told"),
    ("GR-IT", "Greece and Italy promise each other closer ties at sea"),
    ("DE-FR", "Deutschland übergibt Frankreich einen gestohlenen Altar, der in Köln stand"),
    ("BO-PE", "Perú expulsa al embajador de Bolivia, que podría volver en enero"),
    ("AO-PT", "Angola e Portugal assinam acordo que prevê a formação de militares"),
    ("PH-VN", "Philippines và Việt Nam ký thỏa thuận, hai bên có thể tuần tra chung"),
    ("KR-PL", "폴란드, 한국 전차 인도 받아 배치 시작했다"),
    ("IN-RU", "Россия передала Индии фрегат, который может нести ракеты"),
    ("EG-SA", "مصر والسعودية توقعان اتفاقا قد يشمل التدريب"),
    ("ID-MY", "Indonesia dan Malaysia menggelar latihan bersama yang akan berakhir besok"),
    ("KE-UG", "Kenya and Uganda in talks over a border post"),
    ("LA-VN", "ລາວ ແລະ ຫວຽດນາມ ລົງນາມສັນຍາຊາຍແດນ"),
]
PLANNED_AFTER = [
    ("GB-KE", "British troops are to leave their Kenyan base"),
    ("ES-PT", "Portugal gears up for joint exercise with Spain"),
    ("AU-TL", "Australia announced that it will give Timor-Leste two patrol boats"),
    ("CL-PE", "Peru expected to extradite officer wanted in Chile"),
    ("JP-MN", "Japanese ships to visit Mongolia, which has no sea"),
    ("NG-ZA", "After months of quarrel, Nigeria and South Africa will reopen consulates"),
    ("SE-UA", "Swedish jets for Ukraine on track to arrive, officials said"),
    ("AT-HU", "Österreich und Ungarn wollen gemeinsame Patrouillen aufstellen"),
    ("ES-PE", "España enviará dos fragatas al Perú"),
    ("CN-PK", "中国计划向巴基斯坦交付潜艇"),
    ("IN-JP", "インド、日本と共同訓練を来月実施へ"),
    ("KR-PH", "한국, 필리핀에 초계함 인도 예정"),
    ("IR-RU", "Россия и Иран проведут учения в Каспийском море"),
    ("JO-IQ", "العراق سيرسل وفدا إلى الأردن"),
    ("MY-TH", "Malaysia akan menghantar kapal ronda ke Thailand"),
]
POSSIBLE_AFTER = [
    ("AT-HU", "Austria mulls closing border to Hungarian lorries"),
    ("NL-PL", "Dutch may base tanks in Poland, general hints"),
    ("EG-LY", "Egypt threatens to send army into Libya"),
    ("JP-MN", "Japan will train Mongolian engineers if parliament agrees"),
    ("GR-TR", "If Turkey closed the straits, Greece would have to send its fleet home"),
    ("CL-PE", "Si Chile vende el puerto, Perú comprará dos barcos"),
    ("ES-MA", "Marruecos estudia comprar patrulleras a España"),
    ("DE-DK", "Deutschland erwägt Verkauf von U-Booten an Dänemark"),
    ("IN-RU", "Индия может купить у России самолеты"),
    ("AM-AZ", "Armenia and Azerbaijan close to a deal on their border"),
    ("MN-CN", "蒙古考虑向中国开放更多口岸"),
    ("JP-MY", "Jepun mungkin menghantar kapal ke Malaysia"),
]
DENIED_AFTER = [
    ("BY-PL", "Belarus rejects claims that it pushed migrants into Poland"),
    ("RW-CD", "Rwanda has denied having soldiers in Congo"),
    ("NZ-FJ", "New Zealand refuses to sell Fiji rifles"),
    ("AT-RU", "Österreich bestreitet Lieferungen an Russland"),
    ("VE-CO", "Venezuela niega haber enviado tropas a Colombia"),
    ("IR-RU", "Иран опроверг поставки ракет России"),
    ("MM-TH", "ไทยปฏิเสธส่งอาวุธให้เมียนมา"),
]
LONG_PAST_AFTER = [
    ("JP-RU", "This day in history: Japan sinks Russian fleet at Tsushima"),
    ("FR-MX", "Book review: how French troops came to rule Mexico"),
    ("CU-AO", "Fidel's general in Angola, Cuban who won at Cuito, dies at 92"),
    ("IT-ET", "Italy used gas against Ethiopia in 1936"),
    ("FI-RU", "A hundred years ago, Finland made peace with Russia at Tartu"),
    ("NL-ID", "Heute vor 75 Jahren: die Niederlande erkennen Indonesien an"),
    ("ES-PH", "Efemérides: España entrega Filipinas"),
    ("JP-KR", "역사 속 오늘: 일본, 한국을 병합하다"),
    ("GB-IN", "From our archives: Britain hands India its crown jewels list"),
]
ANNIVERSARIES_AFTER = [
    ("AU-JP", "Australia, Japan celebrate 60 years since trade pact"),
    ("FI-SE", "Finland and Sweden commemorate end of their last war together"),
    ("DE-IL", "Deutschland und Israel feiern 60 Jahre diplomatische Beziehungen"),
    ("JP-ID", "Jepang dan Indonesia merayakan ulang tahun hubungan diplomatik"),
]


@pytest.mark.parametrize(
    ("name", "headline", "stance"),
    [
        *((*one, Stance.ACTUAL) for one in (*DONE, *DONE_AFTER)),
        *((*one, Stance.ACTUAL) for one in (*ANNIVERSARIES, *ANNIVERSARIES_AFTER)),
        *((*one, Stance.PLANNED) for one in (*PLANNED, *PLANNED_AFTER)),
        *((*one, Stance.HYPOTHETICAL) for one in (*POSSIBLE, *POSSIBLE_AFTER)),
        *((*one, Stance.DENIED) for one in (*DENIED, *DENIED_AFTER)),
        *((name, headline, Stance(said)) for name, headline, said in BY_LANGUAGE),
        *((*one, Stance.HISTORICAL) for one in (*LONG_PAST, *LONG_PAST_AFTER)),
    ],
)
def test_the_main_verb_tells_whether_it_happens(name: str, headline: str, stance: Stance) -> None:
    first, second = sorted(name.split("-"))
    assert pair(f"{first}-{second}", headline).stance is stance


@pytest.mark.parametrize(
    ("body", "stance"),
    [
        ("Ghana and Togo met in May 2026 and opened a bridge.", Stance.ACTUAL),
        ("Togo gave Ghana its patrol boats in 1998.", Stance.HISTORICAL),
        ("A Ghanaian firm recalled spinach that it had sold in Togo.", Stance.ACTUAL),
        ("Ghana recalls the raid of 1969 on Togo.", Stance.HISTORICAL),
        ("Ghana's minister, class of 1975, met the president of Togo.", Stance.ACTUAL),
        ("Ghana's spokesman said he did not know if Togo was told.", Stance.ACTUAL),
        ("Togo gave Ghana the patrol boats that it had bought in 1998.", Stance.ACTUAL),
        ("The trip comes after Ghana and Togo agreed on patrols, which may grow.", Stance.ACTUAL),
        ("Officers trained by Ghana will lead the guard of Togo.", Stance.PLANNED),
        ("A court in Ghana heard a Togolese trader deny charges of spying.", Stance.ACTUAL),
        ("Ghana's ships will call at Togo if talks go well.", Stance.HYPOTHETICAL),
    ],
)
def test_clauses_that_say_when_or_who_are_left_aside(body: str, stance: Stance) -> None:
    assert pair("GH-TG", "Bridge news", body).stance is stance


def test_the_headline_goes_before_what_the_text_adds() -> None:
    body = "Chad may send Niger troops. Chad could train Niger. Niger might pay Chad."
    assert pair("NE-TD", "Chad hands Niger two planes", body).stance is Stance.ACTUAL


@pytest.mark.parametrize(
    ("headline", "alerts"),
    [
        ("US warships dock in Cambodia for joint drills", 1),
        ("On this day in 1970: US troops invade Cambodia", 0),
        ("50 years ago today US Marines stormed a Cambodian island", 0),
        ("Film review: an army medic in the US war on Cambodia", 0),
        ("US and Cambodia celebrate 75 years of ties with joint military drills", 1),
    ],
)
def test_the_shipped_watch_leaves_history_aside(headline: str, alerts: int, tmp_path: Path) -> None:
    story = sample_story(headline=headline, body="")
    tagged = TaggedStory(story=story, tags=tag(story), times=Timestamps())
    watches = Watches(load(tmp_path, {}).watches)
    assert len(list(match(tagged, watches, NOON))) == alerts


@pytest.mark.parametrize(
    ("name", "headline", "stance"),
    [
        ("KH-US", "الولايات المتحدة وكمبوديا تجريان تدريبات عسكرية", "actual"),
        ("KH-US", "كمبوديا والولايات المتحدة توقعان اتفاقية دفاع", "actual"),
        ("TH-US", "الولايات المتحدة وتايلاند تستقبلان لاجئين بعد اتفاق وقعتاه", "actual"),
        ("KH-US", "كمبوديا لا تجري تدريبات مع الولايات المتحدة", "denied"),
        ("KH-US", "الولايات المتحدة لن ترسل سفينة إلى كمبوديا", "denied"),
        ("KH-TH", "تايلاند ولم ترسل كمبوديا سفينة إليها", "denied"),
    ],
)
def test_letters_inside_an_arabic_word_are_no_word(name: str, headline: str, stance: str) -> None:
    assert pair(name, headline).stance == stance
