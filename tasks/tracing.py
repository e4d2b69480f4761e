"""A job runs under the id of the request that led to it, and its wait in the queue is counted."""

import time
from typing import Any

import dramatiq
from dramatiq.broker import MessageProxy

from techtree.telemetry import counts, request_id, traces


class Tracing(dramatiq.Middleware):
    def before_process_message(self, broker: dramatiq.Broker, message: MessageProxy) -> None:
        # The thread's context goes along to the loop on which the job runs.
        request_id.begin(message.options.get(request_id.OPTION))
        traces.begin(message.options.get(traces.OPTION))
        waited = time.time() - message.message_timestamp / 1000
        counts.observe(counts.JOB_WAIT_SECONDS, waited, message.queue_name)


def options() -> dict[str, Any]:
    """What a message must carry so that its job runs under the id that holds now."""
    current = request_id.current()
    return {**({request_id.OPTION: current} if current else {}), **traces.options()}
