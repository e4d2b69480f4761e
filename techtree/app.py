"""The web application."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware.session.client_side import CookieBackendConfig

from techtree.connections import close_database, listening_redis, open_database
from techtree.controllers import (
    accounts,
    admin,
    assets,
    dashboard,
    errors,
    exports,
    gradings,
    health,
    landing,
    lessons,
    library,
    live_check,
    messages,
    metrics,
    passwords,
    placements,
    questions,
    quizzes,
    sessions,
    styleguide,
    syllabi,
    versions,
)
from techtree.controllers.csrf import STREAMS, csrf
from techtree.controllers.guards import SignInFirst, provide_learner, provide_signed_in
from techtree.controllers.headers import secure
from techtree.live import updates
from techtree.live.fanout import Fanout
from techtree.live.leaving import leaving
from techtree.live.pages import Live, Streams
from techtree.metrics import Monitor
from techtree.sessions import AGE
from techtree.settings import Settings, get_settings, session_secret
from techtree.telemetry import logs, traces
from techtree.telemetry.requests import Requests

HANDLERS = [
    landing.index,
    assets.show,
    accounts.new,
    accounts.create,
    accounts.create_guest,
    accounts.show,
    accounts.export,
    accounts.destroy,
    sessions.new,
    sessions.create,
    sessions.destroy,
    sessions.end,
    sessions.end_all,
    passwords.update,
    passwords.forgotten,
    passwords.send_link,
    passwords.edit,
    passwords.reset,
    dashboard.show,
    dashboard.events,
    exports.markdown,
    exports.page,
    exports.deck,
    styleguide.show,
    syllabi.create,
    syllabi.show,
    syllabi.events,
    syllabi.draft_again,
    syllabi.prepare,
    syllabi.easier,
    syllabi.harder,
    lessons.show,
    lessons.events,
    lessons.write,
    lessons.stop,
    versions.index,
    versions.go_back,
    messages.create,
    messages.destroy,
    messages.retry,
    messages.take_as_question,
    messages.ask_again,
    messages.stop,
    messages.edit,
    messages.undo_wipe,
    questions.ask_exercise,
    questions.ask_assessment,
    questions.answer,
    questions.show_hint,
    questions.ask_partner,
    questions.close,
    questions.flag,
    questions.retry,
    gradings.contest,
    gradings.grade_again,
    gradings.mark,
    quizzes.create,
    quizzes.retry,
    quizzes.destroy,
    quizzes.leave,
    placements.create,
    placements.show,
    placements.events,
    placements.answer,
    placements.skip,
    placements.choose,
    placements.start,
    library.show,
    live_check.show,
    live_check.events,
    admin.index,
    admin.show_quality,
    admin.show_table,
    admin.change_learner,
    admin.change_syllabus,
    admin.retire_question,
    admin.change_job,
    health.live,
    health.ready,
    metrics.show,
]


def create_app() -> Streams:
    """What the web server runs."""
    settings = get_settings()
    live = Live(updates.log(), Fanout(listening_redis()))
    monitor = Monitor(live)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        logs.configure("web", settings, level=logging.WARNING)
        traces.configure("web")
        await open_database()
        live.start()
        with leaving(live, settings.drain):
            _calm_garbage_collection()
            yield
        await live.stop()
        await close_database()
        traces.close()

    litestar = Litestar(
        route_handlers=HANDLERS,
        compression_config=CompressionConfig(
            "gzip", gzip_compress_level=4, exclude=[STREAMS, "^/static/"]
        ),
        dependencies={
            "learner": Provide(provide_learner),
            "signed_in": Provide(provide_signed_in),
            "admin": Provide(admin.provide_administrator),
            "live": Provide(lambda: live, sync_to_thread=False, use_cache=True),
            "monitor": Provide(lambda: monitor, sync_to_thread=False, use_cache=True),
        },
        middleware=[csrf(settings), _sessions(settings).middleware],
        exception_handlers={
            SignInFirst: errors.sign_in_first,
            HTTPException: errors.http_error,
            Exception: errors.unexpected,
        },
        after_request=secure,
        lifespan=[lifespan],
        openapi_config=None,
        # It would write lines of its own form next to ours.
        logging_config=None,
        request_max_body_size=256 * 1024,
        debug=False,
    )
    return Streams(Requests(litestar, monitor.registry))


def _sessions(settings: Settings) -> CookieBackendConfig:
    return CookieBackendConfig(
        secret=session_secret(settings),
        key="techtree",
        max_age=AGE * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.https,
        exclude=["^/static/", "^/health/", "^/metrics", "^/library/", "^/live-check/events"],
    )


def _calm_garbage_collection() -> None:
    # With thousands of open pages a full collection is the longest pause there is, and it finds
    # nothing: what the start has made stays for good.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


logging.getLogger("litestar").setLevel(logging.WARNING)
