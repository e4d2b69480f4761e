"""When a failed request is worth another, and how long to wait before it."""

import asyncio
import random

from techtree.tutor.model.faults import Kind, RequestError
from techtree.tutor.model.limits import Limits

pause = asyncio.sleep


class Patience:
    """Counts the failures of one piece of work and watches its time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._deadline = asyncio.get_running_loop().time() + limits.total
        self._failures = 0

    @property
    def seconds_left(self) -> float:
        return self._deadline - asyncio.get_running_loop().time()

    def restore(self) -> None:
        """The model has answered: what failed before no longer counts."""
        self._failures = 0

    async def after(self, fault: RequestError) -> None:
        """Wait as long as the fault asks for. Raises `TutorError` when it's no use to go on."""
        self._failures += 1
        wait = self._wait(fault)
        if (
            fault.kind.is_final
            or fault.kind is Kind.OVER_TIME
            or self._failures >= self._limits.attempts
            or wait > self._limits.retry_after
            or wait >= self.seconds_left
        ):
            raise fault.as_error()
        await pause(wait)

    def _wait(self, fault: RequestError) -> float:
        if fault.wait is not None:
            return fault.wait
        # A kept-alive connection that the server has dropped fails once and then works.
        steps = self._failures - 1 if fault.kind is not Kind.BUSY else self._failures
        if steps == 0:
            return 0
        # Many streams fail in the same moment; they shouldn't all come back in one.
        return self._limits.backoff * 2.0 ** (steps - 1) * random.uniform(1, 1.25)  # noqa: S311
