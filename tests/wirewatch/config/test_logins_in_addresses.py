"""A login in an address is refused wherever an address stands, told nowhere, and has a remedy."""

from pathlib import Path

import pytest

from tests.wirewatch.config.test_config import FEED, HOOK, faults, write

LOGIN = "desk:hush5511@"
CHAT = '[[subscriber]]\nid = "s"\n'
MAIL = "[mail]\nfrom = 'w@m.example'\n"
ENCODER = "[tagging]\nencoder_model = 'm'\n"
TELEGRAM = CHAT + 'kind = "telegram"\ntoken_env = "TOKEN"\nchat = "1"\n'
NTFY = CHAT + 'kind = "ntfy"\ntopic_env = "TOKEN"\n'


@pytest.mark.parametrize(
    ("file", "text", "remedy"),
    [
        ("feeds", FEED.replace("//", "//LOGIN"), "write user = and password_env ="),
        ("subscribers", HOOK.replace("//", "//LOGIN"), "name that with authorization_env"),
        ("subscribers", f'{TELEGRAM}api = "https://LOGINx.example"\n', "token_env"),
        ("subscribers", f'{NTFY}server = "https://LOGINx.example"\n', "write token_env ="),
        ("wirewatch", "[kafka]\naddress = 'LOGINx.example:9092'\n", "kafka.client_file"),
        ("wirewatch", "[kafka]\naddress = 'x.example:1,LOGINx.example'\n", "kafka.client_file"),
        ("wirewatch", "[websub]\ncallback = 'https://LOGINx.example/w'\n", "remove it"),
        ("wirewatch", "[websub]\nlisten = 'LOGIN127.0.0.1:80'\n", "remove them"),
        ("wirewatch", "[metrics]\npoll = 'LOGIN127.0.0.1:80'\n", "remove them"),
        ("wirewatch", f"{MAIL}host = 'LOGINm.example'\n", "mail.password_env ="),
        ("wirewatch", f"{MAIL}host = 'smtp://LOGINm.example'\n", "mail.password_env ="),
        ("wirewatch", f"{ENCODER}encoder_url = 'https://LOGINx.example/v1'\n", "encoder_key_env"),
    ],
)
def test_a_login_in_an_address_is_refused_with_its_right_place(
    tmp_path: Path, file: str, text: str, remedy: str
) -> None:
    write(tmp_path, **{file: text.replace("LOGIN", LOGIN)})
    (fault,) = faults(tmp_path, {"TOKEN": "t"})
    assert "a user or password doesn't belong in an address" in fault.message
    assert remedy in fault.message
    assert "hush5511" not in fault.message


@pytest.mark.parametrize("kind", ["slack", "mattermost"])
@pytest.mark.parametrize("place", ["env", "file"])
def test_a_login_in_an_address_that_is_a_secret_is_refused_too(
    tmp_path: Path, kind: str, place: str
) -> None:
    address = f"https://{LOGIN}chat.example/hooks/T0/B0"
    (tmp_path / "HOOK").write_text(address)
    write(tmp_path, subscribers=f'{CHAT}kind = "{kind}"\nurl_{place} = "HOOK"\n')
    (fault,) = faults(tmp_path, {"HOOK": address})
    assert "a user or password doesn't belong in an address" in fault.message
    assert "hush5511" not in fault.message
