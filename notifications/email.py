"""E-mail as a channel, over SMTP with time limits.

The Message-ID follows from the notice and the sender's domain, so a mail sent twice after a
crash is recognised as one. What the server says decides whether trying again can help.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from engine.calendar import SHANGHAI
from engine.outbox import Message
from notifications.channels import ChannelDown, DeliveryFailed

CHANNEL = "email"
PERMANENT = 500
ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")
"""Printable ASCII around one @: no blanks, no line breaks, so no second header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """How to reach the mail server. `starttls` before logging in; `ca_file` for a private one."""

    host: str
    sender: str
    port: int = 25
    sender_name: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    ca_file: str | None = None
    timeout_seconds: float = 10.0


class EmailChannel:
    """Sends one mail a message, each over a connection of its own."""

    def __init__(self, settings: EmailSettings, name: str = CHANNEL) -> None:
        self._settings = settings
        self._name = name

    def send(self, message: Message) -> None:
        """1. make the mail · 2. connect and log in · 3. hand it over.

        Step 2 failing says nothing about this message (ChannelDown); in step 3 a server's 5xx is
        permanent, anything else may pass.
        """
        mail = self._mail(message)
        server = self._connect()
        try:
            server.send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            raise _refused(error, self._name) from error
        finally:
            server.close()

    def _mail(self, message: Message) -> EmailMessage:
        if not ADDRESS.fullmatch(message.address):
            raise DeliveryFailed(
                channel=self._name,
                reason=f"邮箱地址无效 / not an e-mail address: {message.address!r}",
                permanent=True,
            )
        sender = self._settings.sender
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(self._settings.sender_name, addr_spec=sender)
        mail["To"] = Address(addr_spec=message.address)
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(message.decided_at.astimezone(SHANGHAI))
        mail["Message-ID"] = message_id(message, sender)
        mail["Auto-Submitted"] = "auto-generated"
        if message.urgent:
            mail["Importance"] = "high"
            mail["X-Priority"] = "1"
        mail.set_content(message.body)
        return mail

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        try:
            # Host in the constructor: connect() alone would leave TLS no name to check.
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
        except (smtplib.SMTPException, OSError) as error:
            raise self._down(error) from error
        try:
            self._greet(server)
        except (smtplib.SMTPException, OSError) as error:
            server.close()
            raise self._down(error) from error
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        settings = self._settings
        server.ehlo_or_helo_if_needed()
        if settings.starttls:
            server.starttls(context=ssl.create_default_context(cafile=settings.ca_file))
            server.ehlo_or_helo_if_needed()
        if settings.user:
            server.login(settings.user, settings.password)

    def _down(self, error: smtplib.SMTPException | OSError) -> ChannelDown:
        where = f"{self._settings.host}:{self._settings.port}"
        return ChannelDown(channel=self._name, reason=f"{where} {_said(error)}")


def message_id(message: Message, sender: str) -> str:
    """The same for the same notice, whenever and however often it is sent."""
    return f"<{message.id}@{sender.rpartition('@')[2]}>"


def _refused(error: smtplib.SMTPException | OSError, channel: str) -> DeliveryFailed:
    """A sender who is refused is a wrong setting, not a wrong message: it may be mended."""
    permanent = False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        permanent = all(code >= PERMANENT for code, _ in error.recipients.values())
    elif isinstance(error, smtplib.SMTPDataError):
        permanent = error.smtp_code >= PERMANENT
    return DeliveryFailed(channel=channel, reason=_said(error), permanent=permanent)


def _said(error: smtplib.SMTPException | OSError) -> str:
    """What the server or the system said, on one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = error.recipients.values()
        words = "; ".join(f"{code} {_text(said)}" for code, said in answers)
    elif isinstance(error, smtplib.SMTPResponseException):
        words = f"{error.smtp_code} {_text(error.smtp_error)}"
    else:
        words = str(error) or type(error).__name__
    return " ".join(words.split())


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
