"""Starts programs, starts again what crashes, and stops all of them: supervisor in this process.

supervisor runs inside this process rather than beside it: there is nothing then that could be
killed on its own, no port and no socket to talk over, and its events tell us every line and every
crash as they come.
"""

import contextlib
import os
import resource
import shlex
from functools import partial
from pathlib import Path

from supervisor import events
from supervisor.medusa import asyncore_25 as asyncore
from supervisor.options import ServerOptions
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

from techtree.private import write_private
from techtree.running.output import Output, announce
from techtree.running.programs import Program
from techtree.running.readiness import announce_when_ready
from techtree.running.wakeup import Wakeup
from techtree.settings import Settings

OPEN_FILES = 65_536
"""Each open page is a file to the web server; the usual limit of 1,024 is soon used up."""

HEAD = """\
; Written at each start; changes are lost. The commands come from the environment, because in this
; file a path such as `my #1 project` would begin a comment.
[supervisord]
nodaemon=true
silent=true
logfile=%(here)s/supervisord.log
logfile_maxbytes=1MB
logfile_backups=1
pidfile=%(here)s/supervisord.pid
childlogdir=%(here)s
"""

PROGRAM = """
[program:{name}]
command=%(ENV_{variable})s
autorestart=true
startsecs=1
startretries=3
stopsignal={signal}
stopwaitsecs={grace}
killasgroup=true
redirect_stderr=true
stdout_logfile=NONE
stdout_events_enabled=true
"""

GROUP = """
[group:layer{layer}]
programs={names}
priority={layer}
"""


def supervise(programs: list[Program], settings: Settings) -> int:
    """Run the programs until a signal or until one can't be kept alive; return the exit code."""
    _raise_file_limit()
    path = settings.state / "supervisord.conf"
    _write_configuration(path, programs)
    options = ServerOptions()
    options.realize(["-c", str(path)])
    options.first, options.test = True, False
    wakeup = Wakeup()
    options.get_socket_map = wakeup.socket_map
    supervisor = _Supervisor(options)
    # This is how supervisor says that all programs have stopped.
    with wakeup, announce_when_ready(settings), contextlib.suppress(asyncore.ExitNow):
        supervisor.main()
    return supervisor.exit_code


class _Supervisor(Supervisor):  # type: ignore[misc]  # supervisor has no types
    exit_code = 0

    def runforever(self) -> None:
        # Only here, because supervisor forgets all subscriptions when it begins to run.
        output = Output()
        for event, answer in (
            (events.ProcessLogEvent, _print_lines),
            (events.ProcessStateExitedEvent, _tell_of_end),
            (events.ProcessStateBackoffEvent, _tell_of_failure),
            (events.SupervisorStoppingEvent, _tell_of_stop),
        ):
            events.subscribe(event, partial(answer, output))
        events.subscribe(events.ProcessStateFatalEvent, partial(self._give_up, output))
        super().runforever()

    def _give_up(self, output: Output, event: events.ProcessStateFatalEvent) -> None:
        output.say(event.process.config.name, "does not start; see the lines above. Stopping.")
        self.exit_code = 1
        self.options.mood = SupervisorStates.SHUTDOWN


def _print_lines(output: Output, event: events.ProcessLogEvent) -> None:
    output.take(event.process.config.name, event.data)


def _tell_of_end(output: Output, event: events.ProcessStateExitedEvent) -> None:
    name = event.process.config.name
    output.flush(name)
    output.say(
        name, f"ended unexpectedly (exit code {event.process.exitstatus}); starting it again"
    )


def _tell_of_failure(output: Output, event: events.ProcessStateBackoffEvent) -> None:
    name = event.process.config.name
    output.flush(name)
    output.say(name, "ended right after its start; trying again")


def _tell_of_stop(_output: Output, _event: events.SupervisorStoppingEvent) -> None:
    announce("Stopping TechTree; everything is kept.")


def _write_configuration(path: Path, programs: list[Program]) -> None:
    parts = [HEAD]
    for program in programs:
        variable = f"TECHTREE_COMMAND_{program.name.upper()}"
        os.environ[variable] = shlex.join(program.command)
        parts.append(
            PROGRAM.format(
                name=program.name,
                variable=variable,
                signal=program.stop.name.removeprefix("SIG"),
                grace=program.grace,
            )
        )
    for layer in sorted({program.layer for program in programs}):
        names = ",".join(program.name for program in programs if program.layer == layer)
        parts.append(GROUP.format(layer=layer, names=names))
    write_private(path, "".join(parts))


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
