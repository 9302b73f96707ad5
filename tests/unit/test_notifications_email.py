"""E-mail against a real SMTP server on this machine: what arrives, and what each refusal means."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.outbox import Message
from notifications.channels import ChannelDown, DeliveryFailed
from notifications.email import EmailChannel, EmailSettings
from tests.support.mail_server import LocalServer, Postmaster, check_password

# Made for this test only: a certificate of 127.0.0.1 that nobody else trusts, and its key.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUZD8iD7C1RxAdJve2ePDMMqD8bDAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNTAwNTcyOVoYDzIxMjYxMTAx
MDA1NzI5WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ5LZ0iStdsKZsq/ynfYEKqS+hWejWLiy5uGeeCMdA679KZp8axN3gO
V8ifsUqXaj/mtOyatsArODuye9ntNeEUo2QwYjAdBgNVHQ4EFgQUjYSmtN7nSs5P
UsTDDFbll3guRCEwHwYDVR0jBBgwFoAUjYSmtN7nSs5PUsTDDFbll3guRCEwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
ICzgkiXPQffzFjNvANp/D1+lkFFMQ1b7OmGPyP0QoyE3AiEAh4neMGV17pT5OaNL
hAPMrFK5dCKeKWVNT7QCV0AYfOI=
-----END CERTIFICATE-----
"""
KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaEbfs6tbbldSuYxl
lIpRlQgVIhVl6oZexVmzVZmJClihRANCAAQ5LZ0iStdsKZsq/ynfYEKqS+hWejWL
iy5uGeeCMdA679KZp8axN3gOV8ifsUqXaj/mtOyatsArODuye9ntNeEU
-----END PRIVATE KEY-----
"""
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture
def postmaster() -> Postmaster:
    return Postmaster()


@pytest.fixture
def server(postmaster: Postmaster) -> Iterator[LocalServer]:
    running = LocalServer(
        postmaster,
        hostname="127.0.0.1",
        port=0,
        authenticator=check_password,
        auth_require_tls=False,
    )
    running.start()
    yield running
    running.stop()


def settings(server: LocalServer, *, user: str = "", password: str = "") -> EmailSettings:
    return EmailSettings(
        host="127.0.0.1",
        port=server.port,
        sender="bihuan@linxi.example",
        sender_name="临溪闭环",
        timeout_seconds=5,
        user=user,
        password=password,
    )


def message(address: str = "wang.fang@example.org", **changes: object) -> Message:
    values: dict[str, object] = {
        "id": "0123abcd",
        "congress": "linxi",
        "recipient": "wang-fang",
        "address": address,
        "channel": "email",
        "subject": "请评价办理情况:12",
        "body": "王芳,第12号建议已答复。",
        "urgent": False,
        "attempts": 0,
        "decided_at": AT,
    }
    return Message(**(values | changes))  # type: ignore[arg-type]  # each test names fields


def test_a_mail_arrives_as_it_was_meant(server: LocalServer, postmaster: Postmaster) -> None:
    EmailChannel(settings(server)).send(message(urgent=True))
    (mail,) = postmaster.mails
    assert mail["To"] == "wang.fang@example.org"
    assert mail["From"] == "临溪闭环 <bihuan@linxi.example>"
    assert mail["Subject"] == "请评价办理情况:12"
    assert mail["Date"] == "Mon, 02 Mar 2026 09:30:00 +0800"
    assert mail["Importance"] == "high"
    assert mail.get_content().strip() == "王芳,第12号建议已答复。"


def test_a_mail_sent_again_has_the_same_id(server: LocalServer, postmaster: Postmaster) -> None:
    channel = EmailChannel(settings(server))
    channel.send(message())
    channel.send(message(attempts=3))
    channel.send(message(id="another"))
    first, again, other = (mail["Message-ID"] for mail in postmaster.mails)
    assert first == again == "<0123abcd@linxi.example>"
    assert other != first


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("550 5.1.1 no such mailbox", True), ("451 4.7.1 try later", False)],
)
def test_a_refused_address_is_permanent_or_not_as_the_server_says(
    server: LocalServer, postmaster: Postmaster, answer: str, *, permanent: bool
) -> None:
    postmaster.refused["wang.fang@example.org"] = answer
    with pytest.raises(DeliveryFailed) as caught:
        EmailChannel(settings(server)).send(message())
    assert caught.value.permanent is permanent
    assert not isinstance(caught.value, ChannelDown)
    assert answer in caught.value.reason


@pytest.mark.parametrize(
    ("answer", "permanent"), [("554 looks like spam", True), ("452 mailbox full", False)]
)
def test_a_refused_mail_is_permanent_or_not_as_the_server_says(
    server: LocalServer, postmaster: Postmaster, answer: str, *, permanent: bool
) -> None:
    postmaster.refused_data = answer
    with pytest.raises(DeliveryFailed) as caught:
        EmailChannel(settings(server)).send(message())
    assert caught.value.permanent is permanent


def test_a_refused_sender_is_a_setting_to_mend(server: LocalServer, postmaster: Postmaster) -> None:
    postmaster.refused_sender = "553 not your domain"
    with pytest.raises(DeliveryFailed, match="553") as caught:
        EmailChannel(settings(server)).send(message())
    assert not caught.value.permanent


def test_a_server_that_is_not_there_is_the_channels_trouble() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody answers
        nobody = EmailSettings(
            host="127.0.0.1",
            port=taken.getsockname()[1],
            sender="bihuan@linxi.example",
            timeout_seconds=2,
        )
        with pytest.raises(ChannelDown) as caught:
            EmailChannel(nobody).send(message())
    assert not caught.value.permanent


def test_a_server_that_is_silent_is_waited_for_no_longer_than_told() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        silent = EmailSettings(
            host="127.0.0.1",
            port=mute.getsockname()[1],
            sender="bihuan@linxi.example",
            timeout_seconds=0.2,
        )
        with pytest.raises(ChannelDown, match="timed out"):
            EmailChannel(silent).send(message())


@pytest.mark.parametrize(
    "address",
    ["nobody", "wang fang@example.org", "a@b@c", "王芳@example.org", "a@b\r\nBcc: c@d", ""],
)
def test_an_address_that_cannot_be_is_not_tried(
    server: LocalServer, postmaster: Postmaster, address: str
) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        EmailChannel(settings(server)).send(message(address))
    assert caught.value.permanent
    assert postmaster.mails == []


def test_it_logs_in_when_there_is_a_user(server: LocalServer, postmaster: Postmaster) -> None:
    EmailChannel(settings(server, user="bihuan", password="open sesame")).send(message())
    assert len(postmaster.mails) == 1


def test_a_wrong_password_is_the_channels_trouble(server: LocalServer) -> None:
    channel = EmailChannel(settings(server, user="bihuan", password="wrong"))
    with pytest.raises(ChannelDown, match="535") as caught:
        channel.send(message())
    assert "wrong" not in caught.value.message("zh")


def test_it_never_goes_on_in_clear_when_starttls_is_asked_for(
    server: LocalServer, postmaster: Postmaster
) -> None:
    plain = settings(server)
    asked = replace(plain, starttls=True)
    with pytest.raises(ChannelDown, match="STARTTLS"):
        EmailChannel(asked).send(message())
    assert postmaster.mails == []
    assert "open sesame" not in repr(settings(server, password="open sesame"))


@pytest.fixture
def secure_server(postmaster: Postmaster, tmp_path: Path) -> Iterator[LocalServer]:
    """A server that takes mail only after STARTTLS."""
    (tmp_path / "server.pem").write_text(CERTIFICATE + KEY, encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    running = LocalServer(
        postmaster, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=True
    )
    running.start()
    yield running
    running.stop()


def test_starttls_with_a_known_certificate_carries_the_mail(
    secure_server: LocalServer, postmaster: Postmaster, tmp_path: Path
) -> None:
    known = tmp_path / "ca.pem"
    known.write_text(CERTIFICATE, encoding="ascii")
    trusting = replace(settings(secure_server), starttls=True, ca_file=str(known))
    EmailChannel(trusting).send(message())
    assert len(postmaster.mails) == 1


def test_starttls_with_a_strangers_certificate_is_refused(
    secure_server: LocalServer, postmaster: Postmaster
) -> None:
    doubting = replace(settings(secure_server), starttls=True)
    with pytest.raises(ChannelDown, match="CERTIFICATE_VERIFY_FAILED"):
        EmailChannel(doubting).send(message())
    assert postmaster.mails == []
