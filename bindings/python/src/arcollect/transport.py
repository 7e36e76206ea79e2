"""Transports: how a message leaves. A callable that takes a Message, or an object with send(message)."""
from __future__ import annotations

import email.message
import email.policy
import email.utils
import hashlib
import os
import smtplib
import time as clock
from collections.abc import Callable, Mapping
from datetime import datetime, time, timezone
from typing import Any, Protocol, Union, runtime_checkable

from ._base import Pending, decode, interrupted
from ._native import ffi, lib
from .constants import FAILED, PENDING, RETRY, SENT, Channel
from .rows import Message

__all__ = ["SENT", "PENDING", "FAILED", "RETRY", "Transport", "EmlFolder", "Smtp", "ByChannel", "mail_of"]


@runtime_checkable
class Sender(Protocol):
    def send(self, message: Message) -> int | None:
        """Hands a message over. None or SENT: it went out; PENDING: accepted, the outcome comes later; FAILED: it never
        will; RETRY: not now, it is offered again. An exception stops the run, which can be run again: the same message is
        offered again under the same idempotency_key, which is never two messages."""


Transport = Union[Sender, Callable[[Message], Any]]


class Post:
    """A Python transport as the library calls it."""

    def __init__(self, transport: Any, pending: Pending) -> None:
        self.pending = pending
        self.send = transport.send if hasattr(transport, "send") else transport
        self.handle = ffi.new_handle(self)
        c = self.c = ffi.new("arc_transport *")
        c.struct_size, c.user, c.send = ffi.sizeof("arc_transport"), self.handle, lib.arcollect_send


@ffi.def_extern(error=-1, onerror=interrupted)
def arcollect_send(user: Any, message: Any) -> int:
    post = ffi.from_handle(user)
    try:
        answer = post.send(decode(Message, message, ffi.string(message.currency).decode()))
        return int(SENT if answer is None else answer)
    except BaseException as error:
        post.pending.error = error
        return int(lib.ARC_E_HOST)


def mail_of(message: Message, sender: str, day: datetime | None = None) -> email.message.EmailMessage:
    """A message as a mail: text, HTML beside it, and the idempotency key in its Message-ID."""
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    digest = hashlib.sha256(message.idempotency_key.encode()).hexdigest()[:32]
    domain = email.utils.parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    mail["From"], mail["Subject"] = sender, message.subject
    if "@" in message.address:
        mail["To"] = email.utils.formataddr((message.recipient, message.address))
    if message.copies:
        mail["Cc"] = ", ".join(message.copies)
    if message.day is not None:
        mail["Date"] = email.utils.format_datetime(day or datetime.combine(message.day, time(), timezone.utc))
    mail["Message-ID"] = f"<{digest}@{domain}>"
    mail.set_content(message.body)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    return mail


class EmlFolder:
    """Writes each message as a file of a folder, named by its day, channel and idempotency key: a second one of the same
    key takes the place of the first."""

    def __init__(self, folder: str | os.PathLike[str], sender: str = "receivables@sender.invalid") -> None:
        self.folder, self.sender = os.fspath(folder), sender
        os.makedirs(self.folder, exist_ok=True)

    def send(self, message: Message) -> int:
        """Writes the message; on disk when it returns."""
        digest = hashlib.sha256(message.idempotency_key.encode()).hexdigest()[:16]
        path = os.path.join(self.folder, f"{message.day}-{Channel(message.channel).name.lower()}-{digest}.eml")
        with open(path + ".new", "wb") as f:
            f.write(mail_of(message, self.sender).as_bytes())
            f.flush()
            os.fsync(f.fileno())
        os.replace(path + ".new", path)
        return int(SENT)


class Smtp:
    """Sends mails through a server with smtplib.

    connect: gives a connected (and logged in) smtplib.SMTP, such as lambda: smtplib.SMTP("mail.example", timeout=30); or the
        server's name. Called when the first message goes out, and again when the connection was lost or has done enough
    sender: the From address
    port, timeout: of a server that is named; seconds that it may be silent
    per_connection: the most mails that go through one connection
    idle: a connection that rested for more seconds is asked first whether it is still there

    A recipient or message that is refused for good is FAILED, for now is RETRY. Where there is no connection the run
    stops with smtplib's exception, and can be run again: the message is offered again under the same Message-ID, also where
    nobody knows whether the server took it. Other channels than e-mail: use ByChannel.
    """

    def __init__(self, connect: Callable[[], smtplib.SMTP] | str, sender: str, *, port: int = 25, timeout: float = 30,
                 per_connection: int = 100, idle: float = 5) -> None:
        if isinstance(connect, str):
            host = connect

            def connect_to_host() -> smtplib.SMTP:
                return smtplib.SMTP(host, port, timeout=timeout)

            self.connect: Callable[[], smtplib.SMTP] = connect_to_host
        else:
            self.connect = connect
        self.sender, self.per_connection, self.idle = sender, per_connection, idle
        self._server: smtplib.SMTP | None = None
        self._sent, self._last = 0, 0.0

    def _connected(self) -> smtplib.SMTP:
        """A connection that is there and may take another mail."""
        server = self._server
        if server is not None and (self._sent >= self.per_connection
                                   or clock.monotonic() - self._last > self.idle and not self._is_there(server)):
            self.close()
            server = None
        if server is None:
            server = self._server = self.connect()
            self._sent = 0
        return server

    @staticmethod
    def _is_there(server: smtplib.SMTP) -> bool:
        try:
            return server.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def send(self, message: Message) -> int:
        """Hands a mail over; see the class."""
        if message.channel != Channel.EMAIL:
            raise ValueError(f"{Channel(message.channel).name} is no mail: put Smtp into a ByChannel")
        if "@" not in message.address:
            return int(FAILED)
        server = self._connected()
        try:
            refused = server.send_message(mail_of(message, self.sender, datetime.now(timezone.utc)))
            if message.address in refused:  # though somebody who gets a copy was not
                return int(FAILED if refused[message.address][0] >= 500 else RETRY)
        except smtplib.SMTPRecipientsRefused as error:
            code = max((code for code, _ in error.recipients.values()), default=500)
            return int(FAILED if code >= 500 else RETRY)
        except smtplib.SMTPResponseException as error:
            if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError)):
                raise
            return int(FAILED if error.smtp_code >= 500 else RETRY)
        except (smtplib.SMTPServerDisconnected, OSError):
            self._server = None
            raise
        finally:
            self._sent, self._last = self._sent + 1, clock.monotonic()
        return int(SENT)

    def close(self) -> None:
        """Ends the connection, if there is one; the next message makes another."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


class ByChannel:
    """A transport for each channel, and one for the others: ByChannel({Channel.EMAIL: Smtp(...)}, EmlFolder("letters"))."""

    def __init__(self, channels: Mapping[Channel, Transport], otherwise: Transport) -> None:
        self.channels, self.otherwise = dict(channels), otherwise

    def send(self, message: Message) -> Any:
        """Hands the message to the transport of its channel."""
        chosen: Any = self.channels.get(Channel(message.channel), self.otherwise)
        return chosen.send(message) if hasattr(chosen, "send") else chosen(message)
