"""A mail server that takes every letter and keeps it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from pydantic import SecretStr

REPLIES = {b"EHLO": b"250 here", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"QUIT": b"221 bye"}


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[SecretStr, "asyncio.Queue[EmailMessage]"]]:
    """Its address as the setting has it, and what it was given."""
    letters: asyncio.Queue[EmailMessage] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                text = await reader.readuntil(b"\r\n.\r\n")
                letter = message_from_bytes(text[:-3], policy=policy.default)
                letters.put_nowait(letter)
                writer.write(b"250 taken\r\n")
            else:
                writer.write(REPLIES.get(command, b"500 what") + b"\r\n")
            if command == b"QUIT":
                break
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield SecretStr(f"smtp://127.0.0.1:{port}?from=tutor@example.org"), letters
