"""How countries of a sentence meet: as parties, as speakers, as places, or not at all.

Each case is a text and the pairs that matter in it: `A-B` with the relation it must have, `no`
where it may have any but `between`, or none at all.
"""

import pytest

from streams.tagging import tag
from tests.samples import sample_story

Case = tuple[str, dict[str, str]]

ATTITUDES: list[Case] = [
    (
        "Norway voices alarm over Russian exercise with Belarus",
        {"BY-RU": "between", "BY-NO": "third_party", "NO-RU": "third_party"},
    ),
    (
        "India suspects Chinese port in Sri Lanka is for submarines",
        {"CN-LK": "between", "IN-LK": "third_party", "CN-IN": "third_party"},
    ),
    (
        "Turkey and Greece sign gas deal, drawing Egyptian anger",
        {"GR-TR": "between", "EG-GR": "third_party", "EG-TR": "third_party"},
    ),
    ("A London think tank says Iran ships drones to Sudan", {"IR-SD": "between", "GB-IR": "no"}),
    (
        "Amid concerns among Japan and others, China opens a pier in the Solomon Islands",
        {"CN-SB": "between", "JP-SB": "third_party"},
    ),
    (
        "L'accord entre le Mali et la Russie inquiète l'Algérie",
        {"ML-RU": "between", "DZ-ML": "third_party", "DZ-RU": "third_party"},
    ),
    (
        "Brasil teme que la base china en Argentina sirva para espiar, dijo un ministro",
        {"AR-CN": "between", "AR-BR": "third_party"},
    ),
    ("日本对中国与俄罗斯联合巡航表示关切", {"CN-RU": "between", "JP-RU": "third_party"}),
    (
        "Úc lo ngại thỏa thuận an ninh giữa Trung Quốc và Quần đảo Solomon",
        {"CN-SB": "between", "AU-SB": "third_party"},
    ),
    (
        "Kenyan newspaper says Uganda and Rwanda have reopened their border",
        {"RW-UG": "between", "KE-UG": "no", "KE-RW": "no"},
    ),
    (
        "Uganda and Rwanda reopen their border, raising hopes in Burundi",
        {"RW-UG": "between", "BI-UG": "third_party"},
    ),
]
ADDRESSED: list[Case] = [
    ("Norway asks Russia to explain exercise near Finland", {"NO-RU": "between"}),
    (
        "Australia warns Solomon Islands over Chinese security pact",
        {"AU-SB": "between", "AU-CN": "third_party"},
    ),
    ("Egypt presses Ethiopia on dam as Sudan looks on", {"EG-ET": "between", "EG-SD": "no"}),
    ("Israel denied entry to Colombian senators, they said", {"CO-IL": "between"}),
    (
        "La France exhorte le Niger à libérer l'ambassadeur, selon un communiqué",
        {"FR-NE": "between"},
    ),
    ("ญี่ปุ่นเรียกร้องให้เมียนมายุติความรุนแรง", {"JP-MM": "between"}),
    (
        "Poland voices concern to Hungary over its gas deal with Russia",
        {"HU-PL": "between", "HU-RU": "third_party"},
    ),
]
PLACES: list[Case] = [
    (
        "Indian and Pakistani foreign ministers meet in Uzbekistan",
        {"IN-PK": "between", "IN-UZ": "setting", "PK-UZ": "setting"},
    ),
    (
        "Russia and Ukraine hold prisoner talks in Abu Dhabi, United Arab Emirates",
        {"RU-UA": "between", "AE-RU": "setting", "AE-UA": "setting"},
    ),
    (
        "Los cancilleres de Venezuela y Guyana se reúnen en Brasil",
        {"GY-VE": "between", "BR-VE": "setting"},
    ),
    ("한국과 일본 외교장관, 라오스에서 회담", {"JP-KR": "between", "JP-LA": "setting"}),
    (
        "Die Verteidigungsminister von China und Indien treffen sich in Südafrika",
        {"CN-IN": "between", "CN-ZA": "setting"},
    ),
    (
        "Japan's prime minister, in Peru for a summit, meets the South Korean president",
        {"JP-KR": "between", "JP-PE": "setting"},
    ),
    (
        "Menteri pertahanan Australia dan Jepang bertemu di Singapura untuk membahas latihan",
        {"AU-JP": "between", "AU-SG": "setting"},
    ),
    ("Qatar receives Rwandan president ahead of talks with Congo", {"QA-RW": "between"}),
    (
        "The Armenian and Azerbaijani leaders joined talks in Georgia, which hosts the summit",
        {"AM-AZ": "between", "AM-GE": "setting"},
    ),
    ("Spain's king flies to Morocco to meet King Mohammed", {"ES-MA": "between"}),
]
CROWDS: list[Case] = [
    (
        "Peru beats Chile while Spain tops Poland in handball",
        {"CL-PE": "between", "ES-PL": "between", "ES-PE": "no", "CL-PL": "no"},
    ),
    (
        "Flights from Peru to Chile cancelled; Bolivia and Ecuador report floods",
        {"BO-CL": "no", "EC-PE": "no"},
    ),
    (
        "Japan signs pacts with Kenya and Ghana",
        {"JP-KE": "between", "GH-JP": "between"},
    ),
]
PEOPLE: list[Case] = [
    ("Somali refugee elected mayor in Maine town", {"SO-US": "no"}),
    ("Vietnamese-born chef wins award in Australia", {"AU-VN": "no"}),
    ("British artist of Ghanaian descent shows in Berlin gallery", {"GB-GH": "no", "DE-GH": "no"}),
    ("French army sergeant, born in Senegal, retires", {"FR-SN": "no"}),
    ("HMS Jamaica sails from Portsmouth with British crew", {"GB-JM": "no"}),
    ("Peruvian immigrants in Spain open a radio station", {"ES-PE": "no"}),
]
CAPITALS: list[Case] = [
    ("JOIN US AT THE NAVY PARADE IN MANILA", {"PH-US": "no"}),
    ("KENYA AND US SIGN TRADE PACT", {"KE-US": "between"}),
    ("GHANA'S CHIEF: GOD HELP US ALL", {"GH-US": "no"}),
]
LATER: list[Case] = [
    (
        "Ukraine and Moldova sign power deal to the dismay of Russia",
        {"MD-UA": "between", "MD-RU": "third_party"},
    ),
    (
        "A think tank in Canberra estimates that China lent Laos $5 billion",
        {"CN-LA": "between", "AU-LA": "no", "AU-CN": "no"},
    ),
    (
        "Chinese surveyors sail to the Maldives, prompting unease in New Delhi",
        {"CN-MV": "between", "CN-IN": "third_party", "IN-MV": "third_party"},
    ),
    (
        "Nigeria accuses Cameroon of harbouring rebels armed by Chad",
        {"CM-NG": "between", "NG-TD": "third_party"},
    ),
    (
        "Tokyo believes North Korea has shipped shells to Russia through Rason",
        {"KP-RU": "between", "JP-RU": "third_party", "JP-KP": "third_party"},
    ),
    (
        "Malaysian minister welcomes truce between Armenia and Azerbaijan",
        {"AM-AZ": "between", "AM-MY": "third_party"},
    ),
    (
        "Ecuador's president hails peace accord signed by Colombia and Venezuela",
        {"CO-VE": "between", "CO-EC": "third_party"},
    ),
    (
        "Rwanda sends its troops to Mozambique despite objections from Belgium",
        {"MZ-RW": "between", "BE-MZ": "third_party"},
    ),
    (
        "Berlin sieht die Annäherung zwischen Serbien und Russland mit Sorge, so ein Sprecher",
        {"RS-RU": "between", "DE-RU": "third_party"},
    ),
    (
        "O Paraguai vê com preocupação o acordo entre Bolívia e Irã, disse o chanceler",
        {"BO-IR": "between", "BO-PY": "third_party"},
    ),
    (
        "ฟิลิปปินส์กังวลข้อตกลงความมั่นคงระหว่างจีนกับหมู่เกาะโซโลมอน",
        {"CN-SB": "between", "PH-SB": "third_party"},
    ),
    ("印度对中国在斯里兰卡修建港口表示担忧", {"IN-LK": "third_party", "CN-IN": "third_party"}),
    (
        "Chile summons Bolivian ambassador over remarks on Peru",
        {"BO-CL": "between", "CL-PE": "third_party"},
    ),
    ("Finland tells Estonia it will not share radar data with Latvia", {"EE-FI": "between"}),
    ("Sri Lanka refuses Indian request to inspect Chinese ship", {"IN-LK": "between"}),
    ("Kenya urged by Ethiopia to reopen the border", {"ET-KE": "between"}),
    ("México exige a Guatemala frenar el contrabando, según la cancillería", {"GT-MX": "between"}),
    ("Россия потребовала от Финляндии объяснений", {"FI-RU": "between"}),
    ("日本政府、フィリピンに巡視船を供与", {"JP-PH": "between"}),
    (
        "Rwandan and Congolese presidents hold talks in Doha, Qatar",
        {"CD-RW": "between", "QA-RW": "setting", "CD-QA": "setting"},
    ),
    (
        "Ministers from Ghana and Togo signed the pact at a ceremony in Morocco",
        {"GH-TG": "between", "GH-MA": "setting", "MA-TG": "setting"},
    ),
    (
        "Kazakhstan will host talks between Iran and Saudi Arabia next week",
        {"IR-SA": "between", "IR-KZ": "no"},
    ),
    (
        "Speaking in Brazil, the French president praised Germany's offer to Poland",
        {"DE-PL": "between", "BR-FR": "no", "BR-PL": "no"},
    ),
    (
        "Les ministres de la Défense du Niger et du Mali se sont rencontrés au Togo",
        {"ML-NE": "between", "NE-TG": "setting"},
    ),
    (
        "Bộ trưởng quốc phòng Ấn Độ và Úc gặp nhau tại Singapore bên lề hội nghị",
        {"AU-IN": "between", "AU-SG": "setting"},
    ),
    ("រដ្ឋមន្ត្រីការបរទេសចិន និងជប៉ុន ជួបគ្នានៅក្នុងប្រទេសឡាវ", {"CN-JP": "between", "CN-LA": "setting"}),
    (
        "Presiden Prancis dan Jerman bertemu di Brasil untuk membahas iklim",
        {"DE-FR": "between", "BR-FR": "setting"},
    ),
    ("중국과 인도 국방장관, 러시아에서 회담", {"CN-IN": "between", "CN-RU": "setting"}),
    (
        "Nepal's foreign minister met his Bangladeshi counterpart beside a forum in Thailand",
        {"BD-NP": "between", "NP-TH": "setting"},
    ),
    (
        "Denmark arrests a Swedish captain while Norway and Iceland agree fish quotas",
        {"IS-NO": "between", "IS-SE": "no", "DK-IS": "no"},
    ),
    (
        "Quakes shook Fiji on Monday; Tonga and Samoa closed their ports",
        {"FJ-TO": "no", "FJ-WS": "no"},
    ),
    ("Syrian refugee opens bakery in small Dutch town", {"NL-SY": "no"}),
    ("Nigerian-born boxer wins world title for Britain", {"GB-NG": "no"}),
    ("Cuban diaspora in Spain marks carnival with a parade", {"CU-ES": "no"}),
    ("Retired Canadian colonel, a native of Lebanon, publishes memoir", {"CA-LB": "no"}),
    ("Philippine court jails American pastor for fraud", {"PH-US": "no"}),
    ("L'écrivain d'origine marocaine reçoit un prix en Belgique pour son roman", {"BE-MA": "no"}),
    ("The Independence-class ship USS Jackson left San Diego, the navy said", {"GB-US": "no"}),
    ("TELL US WHY KENYA LOST", {"KE-US": "no"}),
    ("PERU, US AGREE TO SHARE DATA", {"PE-US": "between"}),
]
"""Written when the rules were: they were right in 34 of these before they had seen any."""
LAST: list[Case] = [
    ("US voices deep concern to Laos over its plan to host Chinese radar", {"LA-US": "between"}),
    (
        "Washington suspends military aid to Mali, citing worries about Russian mercenaries",
        {"ML-US": "between"},
    ),
    (
        "US envoy in Vientiane says Laos has agreed to help search for missing airmen",
        {"LA-US": "between"},
    ),
    (
        "The Pentagon said on Monday it would resume drills with Fiji after a pause of three years",
        {"FJ-US": "between"},
    ),
    (
        "Fiji's navy chief thanked the United States for two patrol boats while playing "
        "down talk of a Chinese base",
        {"FJ-US": "between"},
    ),
    (
        "As Beijing courts Honiara, Australia sends police to the Solomon Islands",
        {"AU-SB": "between"},
    ),
    (
        "Kenyan and American soldiers began a joint exercise near the border with "
        "Somalia on Tuesday",
        {"KE-US": "between"},
    ),
    (
        "The U.S. ambassador to Nepal handed over a field hospital to the Nepali army in Kathmandu",
        {"NP-US": "between"},
    ),
    (
        "A US destroyer docked at Colombo in Sri Lanka for resupply, the embassy said",
        {"LK-US": "between"},
    ),
    (
        "Sri Lanka's defence secretary flew to Washington for talks on a status of forces deal",
        {"LK-US": "between"},
    ),
    (
        "Hegseth met his Philippine counterpart in Kuala Lumpur on the sidelines of an "
        "ASEAN meeting",
        {"PH-US": "between"},
    ),
    (
        "Philippine officials say the US will deliver anti-ship missiles next year "
        "despite Chinese protests",
        {"PH-US": "between"},
    ),
    ("After talks in Hanoi, Vietnam and Japan agree to share naval data", {"JP-VN": "between"}),
    ("India and France, both wary of China, to build submarines together", {"FR-IN": "between"}),
    ("US fears Laos could become a Chinese outpost, presses it on airfield", {"LA-US": "between"}),
    ("Laos rejects US claims that it hosts Chinese troops", {"LA-US": "between"}),
    (
        "Timor-Leste and Australia sign a defence pact that China had warned against",
        {"AU-TL": "between"},
    ),
    (
        "Peru's president visited the USS Nimitz off Callao and praised ties with the "
        "United States",
        {"PE-US": "between"},
    ),
    (
        "Les États-Unis et le Bénin signent un accord de défense à Cotonou malgré les "
        "réserves du Niger",
        {"BJ-US": "between"},
    ),
    ("Mỹ bàn giao tàu tuần tra cho Philippines tại Manila", {"PH-US": "between"}),
    ("美国向菲律宾移交两艘巡逻艇", {"PH-US": "between"}),
    ("สหรัฐฯ ส่งมอบเรือลาดตระเวนให้ฟิลิปปินส์ที่กรุงมะนิลา", {"PH-US": "between"}),
    ("អាមេរិក ផ្តល់នាវាល្បាតដល់ហ្វីលីពីន", {"PH-US": "between"}),
    ("米国、フィリピンに対艦ミサイルを供与へ", {"PH-US": "between"}),
    (
        "Manila says Chinese coast guard rammed Vietnamese boat near the Paracels; US "
        "calls for calm",
        {"US-VN": "no"},
    ),
    (
        "China and Laos end drills at a base that Washington has long suspected is meant "
        "for spying",
        {"CN-LA": "between", "LA-US": "no"},
    ),
    (
        "Laos and China signed a railway loan, a move analysts in Washington say deepens "
        "dependence",
        {"CN-LA": "between", "LA-US": "no"},
    ),
    (
        "Thai and Vietnamese generals met in Vientiane, Laos, on Friday",
        {"TH-VN": "between", "LA-TH": "setting"},
    ),
    (
        "Vientiane: The Russian and US envoys to ASEAN spoke on Friday of a truce in Ukraine.",
        {"RU-US": "between"},
    ),
    ("Laotian veterans of the US secret war march in Fresno", {"LA-US": "no"}),
    (
        "US intelligence officials believe Iran has moved missiles to Iraq",
        {"IQ-IR": "between", "IQ-US": "third_party"},
    ),
    (
        "Laos votes for UN motion that urges Russia to leave Ukraine, to US applause",
        {"LA-US": "no"},
    ),
    (
        "Thailand complains to Laos over Chinese dams, with the US watching",
        {"LA-TH": "between", "LA-US": "no"},
    ),
    (
        "The US-made rifles were found on a Thai ship bound for Myanmar, police said",
        {"MM-TH": "between"},
    ),
    (
        "Iran and Russia sign pact in Moscow as Israel voices alarm. Israeli officials "
        "said the deal would arm Hezbollah.",
        {"IR-RU": "between", "IL-RU": "no"},
    ),
    (
        "Malaysian premier meets Xi in Kuala Lumpur. The visit comes as Washington raises tariffs.",
        {"CN-MY": "between", "MY-US": "no"},
    ),
    (
        "South Korea's president left for Hanoi to attend a summit where he will meet "
        "Japan's premier.",
        {"JP-KR": "between"},
    ),
    ("A former British officer born in Kenya wrote the novel.", {"GB-KE": "no"}),
    ("Kenya deports two Chinese nationals to Beijing after a court ruling.", {"CN-KE": "between"}),
    (
        "Russia denounced Norway on Friday for letting American bombers land at a "
        "northern airfield.",
        {"NO-RU": "between", "NO-US": "between"},
    ),
    (
        "Chinese state media reported that Pakistan had bought 40 jets from Turkey.",
        {"PK-TR": "between", "CN-PK": "no", "CN-TR": "no"},
    ),
    ("Brazil's top court ordered a US platform to remove posts.", {"BR-US": "no"}),
    (
        "Greek and Turkish coast guards traded accusations after a boat sank near Samos.",
        {"GR-TR": "between"},
    ),
    (
        "Vietnam bought trainer aircraft from the United States and rockets from Israel.",
        {"US-VN": "between", "IL-VN": "between"},
    ),
    (
        "Egypt, Qatar and the United States brokered a truce between Israel and Hamas, "
        "officials in Cairo said.",
        {"EG-QA": "between"},
    ),
    (
        "Japan's defence minister told reporters in Manila that his country would train "
        "Philippine coast guards.",
        {"JP-PH": "between"},
    ),
    (
        "Australia's ambassador in Port Moresby opened a base that Papua New Guinea's "
        "army will share.",
        {"AU-PG": "between"},
    ),
    ("Poland backs Ukraine's bid for jets from Sweden.", {"PL-UA": "between"}),
    (
        "Nigerian and Ghanaian actors win prizes at a film festival in Burkina Faso.",
        {"BF-NG": "no", "BF-GH": "no"},
    ),
    (
        "El ministro de Defensa de Perú recibió a su homólogo chileno en Lima para "
        "hablar de la frontera.",
        {"CL-PE": "between"},
    ),
    (
        "Le Tchad accuse le Soudan d'armer des rebelles venus de Libye.",
        {"SD-TD": "between", "LY-TD": "no"},
    ),
    ("Thái Lan và Lào ký thỏa thuận biên giới tại Viêng Chăn.", {"LA-TH": "between"}),
    ("中国外长在老挝会见泰国外长", {"CN-TH": "between", "CN-LA": "setting"}),
]
"""Written last, mostly of two who do meet: 45 of these 53 were right at first."""
CASES = [*ATTITUDES, *ADDRESSED, *PLACES, *CROWDS, *PEOPLE, *CAPITALS, *LATER, *LAST]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_how_countries_of_a_sentence_meet(text: str, wanted: dict[str, str]) -> None:
    as_headline = sample_story(headline=text, body="")
    as_lead = sample_story(headline="", body=text)
    for story in (as_headline, as_lead):
        found = {pair.name: str(pair.relation) for pair in tag(story).pairs}
        for name, relation in wanted.items():
            if relation == "no":
                assert found.get(name) != "between"
            else:
                assert found.get(name) == relation
