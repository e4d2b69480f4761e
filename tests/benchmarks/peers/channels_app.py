"""The same page under Django Channels: a session is checked, a group is joined, HTML is sent on."""

import os
from typing import Any

import django
from django.conf import settings

GROUP = "lesson"
LEARNER = "learner"

if not settings.configured:
    settings.configure(
        SECRET_KEY="a secret for benchmarks, and only for those",
        ALLOWED_HOSTS=["*"],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        INSTALLED_APPS=["django.contrib.sessions", "channels"],
        CHANNEL_LAYERS={
            "default": {
                "BACKEND": os.environ.get(
                    "BENCHMARK_LAYER", "channels_redis.core.RedisChannelLayer"
                ),
                # Its blocking reads last as long as its client's own limit, which would end them.
                "CONFIG": {
                    "hosts": [
                        {"address": os.environ["TECHTREE_BENCH_REDIS"], "socket_timeout": None}
                    ]
                },
            }
        },
    )
    django.setup()

# Django wants to be configured before these are imported.
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import SessionMiddlewareStack  # noqa: E402
from django.urls import path  # noqa: E402


class Page(AsyncWebsocketConsumer):
    """One open page. `/pages/all` is in the group of all; another number has its own."""

    async def connect(self) -> None:
        if not self.scope["session"].get(LEARNER):
            await self.close()
            return
        self.group = f"{GROUP}-{self.scope['url_route']['kwargs']['lesson']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send(text_data="hello")

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def update(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["html"])


application = ProtocolTypeRouter(
    {"websocket": SessionMiddlewareStack(URLRouter([path("pages/<str:lesson>", Page.as_asgi())]))}
)
