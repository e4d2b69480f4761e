"""Programs with the configurations of docs/proxies.md, word for word."""

import asyncio
import contextlib
import re
import subprocess
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from techtree.settings import ROOT

FORCED = "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering; proxy_http_version 1.1;"

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""

SQUID = """
pid_filename {folder}/squid.pid
access_log none
cache_log {folder}/cache.log
cache_store_log none
coredump_dir {folder}
shutdown_lifetime 0 seconds
pinger_enable off
{site}
"""


APACHE = """
ServerRoot {folder}
ServerName localhost
User nobody
Group nogroup
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Listen 127.0.0.1:{listen}
{modules}
{site}
"""

APACHE_MODULES = ("mpm_event", "authz_core", "proxy", "proxy_http", "setenvif")

CADDY = """
{{
    admin off
    auto_https off
    storage file_system {folder}
}}
{site}
"""


def documented(language: str, *, listen: int, server: int) -> str:
    """The configuration that the document shows, on other ports."""
    text = (ROOT / "docs" / "proxies.md").read_text()
    # Debian calls one of them by its version.
    found = re.search(rf"```{language.removesuffix('2')}\n(.*?)```", text, re.DOTALL)
    assert found, language
    site = found[1].replace("8080", str(listen)).replace("8000", str(server))
    # A site of one's own has a name and a certificate.
    site = site.replace("learn.example.org {", f"http://127.0.0.1:{listen} {{")
    return site.replace("*:80>", f"127.0.0.1:{listen}>")


def nginx(folder: Path, site: str) -> list[str]:
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, site=site))
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def forced_nginx(folder: Path, site: str) -> list[str]:
    return nginx(folder, site.replace("proxy_http_version 1.1;", FORCED))


def plain_nginx(folder: Path, site: str) -> list[str]:
    """As somebody writes it who knows of nothing."""
    return nginx(folder, re.sub(r"proxy_(?!pass)[^;]*;", "", site))


def haproxy(folder: Path, site: str) -> list[str]:
    (folder / "haproxy.cfg").write_text(site)
    return ["haproxy", "-f", str(folder / "haproxy.cfg")]


def squid(folder: Path, site: str) -> list[str]:
    folder.chmod(0o777)
    (folder / "squid.conf").write_text(SQUID.format(folder=folder, site=site))
    return ["squid", "-N", "-f", str(folder / "squid.conf")]


def caddy(folder: Path, site: str) -> list[str]:
    (folder / "Caddyfile").write_text(CADDY.format(folder=folder, site=site))
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def apache(folder: Path, site: str) -> list[str]:
    (port,) = re.findall(r"<VirtualHost 127\.0\.0\.1:(\d+)>", site)
    load = "LoadModule {0}_module /usr/lib/apache2/modules/mod_{0}.so"
    modules = "\n".join(load.format(each) for each in APACHE_MODULES)
    text = APACHE.format(folder=folder, site=site, listen=port, modules=modules)
    (folder / "apache.conf").write_text(text)
    return ["apache2", "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]


Command = Callable[[Path, str], list[str]]
"""Writes a configuration into a folder, and gives the command line that runs with it."""

REAL: list[tuple[str, Command]] = [
    ("nginx", nginx),
    ("nginx", plain_nginx),
    ("nginx", forced_nginx),
    ("haproxy", haproxy),
    ("squid", squid),
    ("caddy", caddy),
    ("apache2", apache),
]


@contextlib.asynccontextmanager
async def running(command: list[str], port: int, folder: Path) -> AsyncIterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while not await asyncio.to_thread(_answers, port):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} does not start:\n{(folder / 'log').read_text()[-2000:]}")
            await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
