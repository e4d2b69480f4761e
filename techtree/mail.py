"""Letters to learners, by way of the mail server of the settings."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from techtree.settings import get_settings

PATIENCE = 20
"""Seconds that a mail server has for each of its answers."""


def can_send() -> bool:
    return get_settings().smtp_url is not None


def send(to: str, subject: str, text: str) -> None:
    """Blocks until the server has taken the letter. Raises OSError when it doesn't.

    A name and password never travel in the clear: a server that takes them must speak TLS.
    """
    url = get_settings().smtp_url
    if url is None:
        raise OSError("TECHTREE_SMTP_URL is not set")
    place = urlsplit(url.get_secret_value())
    message = EmailMessage()
    message["Subject"], message["To"] = subject, to
    message["From"] = parse_qs(place.query).get("from", [f"techtree@{place.hostname}"])[0]
    message.set_content(text)
    with _connected(place.scheme, place.hostname or "", place.port) as server:
        if place.username:
            server.login(unquote(place.username), unquote(place.password or ""))
        server.send_message(message)


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=context)
    server = smtplib.SMTP(host, port or 587, timeout=PATIENCE)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    elif get_settings().smtp_needs_password:
        server.close()
        raise OSError("the mail server offers no TLS, so it is not told the password")
    return server
