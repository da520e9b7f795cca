"""Server-side request forgery: a URL that a stranger chose must lead to no host of ours, whatever it looks like."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from pdf_parser.errors import InvalidOptions, SourceForbidden, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.sources.base import Intake
from pdf_parser.storage.sources.http import HttpSource
from pdf_parser.utils.addresses import AddressPolicy, AddressRefused, parse_networks
from tests.storage.storage_servers import Site, reply

MakeSettings = Callable[..., Settings]

LOCAL_AND_PRIVATE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1.:8000/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.255.255.254:9000/",
    "http://0/",
    "http://0.0.0.0:8000/",
    "http://localhost/",
    "http://LOCALHOST:8000/",
    "http://localhost./",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/admin",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://255.255.255.255/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]:8000/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1:0:0:80ff:fffe]/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[ff02::1]/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
]
METADATA = [
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://169.254.169.254:80/computeMetadata/v1/",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "http://0xA9FEA9FE/",
    "http://0251.0376.0251.0376/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://192.0.0.192/opc/v2/instance/",
    "http://168.63.129.16/machine?comp=goalstate",
    "http://169.254.170.2/v2/credentials",
]
TRICKS = [
    "http://public.example@127.0.0.1/",
    "http://public.example:80@127.0.0.1/",
    "http://127.0.0.1@public.example/",
    "http://public.example\\@127.0.0.1/",
    "http://127.0.0.1\\@public.example/",
    "http://public.example%00.evil/",
    "http://127.0.0.1%2f@public.example/",
    "http:///127.0.0.1/",
    "http://?127.0.0.1",
    "http://#@127.0.0.1/",
    "http://public.example:22/",
    "http://public.example:25/",
    "http://public.example:6553600/",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stats",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "FILE:///proc/self/environ",
    "unix:///var/run/docker.sock",
    "jar:http://127.0.0.1!/",
    "//127.0.0.1/",
]


@pytest.mark.parametrize("url", [*LOCAL_AND_PRIVATE, *METADATA, *TRICKS])
def test_hostile_url_is_refused(make_settings: MakeSettings, no_connection: list[object], url: str) -> None:
    from pdf_parser.storage.sources import fetch_source

    settings = make_settings(source_http=True)
    with pytest.raises((SourceForbidden, InvalidOptions, SourceUnavailable)) as caught:
        fetch_source(url, io.BytesIO(), settings=settings, store=open_store(settings))
    if isinstance(caught.value, SourceUnavailable):
        assert "could not be found" in str(caught.value)
    assert no_connection == []


@pytest.fixture
def no_connection(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was connected to; nothing, it is hoped."""
    made: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: made.append(address))
    monkeypatch.setattr(socket.socket, "connect_ex", lambda _, address: made.append(address))
    return made


Read = Callable[..., bytes]


@pytest.fixture
def read(make_settings: MakeSettings) -> Read:
    def read(url: str, addresses: list[list[str]], **settings: object) -> bytes:
        """With a name server that gives `addresses`, one list after the other."""
        answers = iter(addresses)
        source, target = HttpSource(resolve=lambda host, port: next(answers)), io.BytesIO()
        made = make_settings(**settings)
        source.read(url, Intake(target, 1000), made, open_store(made))
        return target.getvalue()

    return read


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%lo"]
)
def test_name_that_leads_inside_is_refused(read: Read, address: str) -> None:
    with pytest.raises(SourceForbidden):
        read("http://public.example/", [[address]])


def test_one_bad_address_among_good_ones_refuses_all(read: Read) -> None:
    with pytest.raises(SourceForbidden):
        read("http://public.example/", [["93.184.216.34", "127.0.0.1"]])


def test_second_answer_of_the_name_server_is_never_asked_for(read: Read, site: Site) -> None:
    """DNS rebinding: the checked address, here one the operator allowed, is the one that is connected to."""
    site.answers["/a.pdf"] = reply(200, b"%PDF")
    port = site.url.rpartition(":")[2]
    url = f"http://rebinding.example:{port}/a.pdf"
    assert read(url, [["127.0.0.1"]], source_private_networks="127.0.0.1/32") == b"%PDF"
    assert site.requests == ["GET /a.pdf"]


def test_the_next_address_is_tried_when_one_does_not_answer(read: Read, site: Site) -> None:
    site.answers["/a.pdf"] = reply(200, b"%PDF")
    port = site.url.rpartition(":")[2]
    addresses = ["127.0.0.2", "127.0.0.1"]
    url = f"http://two.example:{port}/a.pdf"
    assert read(url, [addresses], source_private_networks="127.0.0.0/8", source_timeout_s=2) == b"%PDF"


def test_only_listed_hosts_are_read(read: Read) -> None:
    allowed = "files.example, *.cdn.example"
    for host in ("evil.example", "cdn.example", "files.example.evil", "evilfiles.example", "xcdn.example"):
        with pytest.raises(SourceForbidden, match="SOURCE_HOSTS"):
            read(f"http://{host}/", [["93.184.216.34"]], source_hosts=allowed)


@pytest.mark.parametrize("host", ["files.example", "FILES.example.", "a.cdn.example", "a.b.cdn.example"])
def test_listed_hosts_pass_the_check(host: str) -> None:
    AddressPolicy(hosts=("files.example", "*.cdn.example")).check_name(host, 443)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_disguise_of_a_private_address_passes(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    plain = f"{number >> 16:x}:{number & 0xFFFF:x}"
    for form in (str(address), f"::ffff:{plain}", f"::{plain}", f"64:ff9b::{plain}", f"2002:{plain}::1"):
        with pytest.raises(AddressRefused):
            AddressPolicy().addresses("public.example", 443, lambda host, port, form=form: [form])


def test_networks_of_the_operator_are_checked_when_the_service_starts() -> None:
    assert len(parse_networks("10.0.0.0/8, ::1")) == 2
    with pytest.raises(ValueError, match="source_private_networks"):
        Settings(_env_file=None, source_private_networks="10.0.0.0/33")
