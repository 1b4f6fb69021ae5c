"""A backup that starts at another app's minute.

What: a schedule of CronJob backup whose minute isn't the one that follows from the app's name, that isn't one hour of every
day, or that is read in another time zone than UTC.
Why: with the schedule of the app that a folder was copied from, all apps dump at once, and disks and S3 are as slow as
that; a backup that isn't daily is older than the alerts take it for.

Bad:

    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: backup}
    spec:
      schedule: "0 2 * * *"
      timeZone: Etc/UTC

Good:

    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: backup}
    spec:
      schedule: "58 2 * * *"
      timeZone: Etc/UTC

Fix: write the minute that the message says into backup.schedule of sizing.yaml; the hour is the platform's to choose.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...policy import clock
from ...render.objects import Object
from .. import Problem

ID = "backup-clock"
KINDS = ("CronJob",)
HINT = "write the minute of this app into backup.schedule of sizing.yaml"
_HOUR = re.compile(r"([01]?\d|2[0-3])")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield that a backup runs at another minute, not daily, or in a time zone that changes its clocks."""
    if obj.name != "backup":
        return
    schedule, zone = obj.get("spec", "schedule"), obj.get("spec", "timeZone")
    minute, hour, *days = [*str(schedule).split(), "", ""][:5]
    own = str(clock.minute(app.namespace))
    if not _HOUR.fullmatch(hour) or days != ["*", "*", "*"]:
        message = f"the schedule {str(schedule)[:40]!r} isn't one hour of every day"
        yield Problem(message, obj, ("spec", "schedule"), hint=f'write "{own} 2 * * *", or another hour than 2')
    elif minute != own:
        message = f"it starts at minute {minute[:10]}, and that of {app.namespace} is {own}"
        yield Problem(
            message, obj, ("spec", "schedule"), hint=f'write "{own} {hour} * * *" into backup.schedule of sizing.yaml'
        )
    if zone != "Etc/UTC":
        message = (
            f"the schedule is read in {str(zone)[:40]}" if zone else "the schedule is read in the cluster's time zone"
        )
        yield Problem(message, obj, ("spec", "timeZone"), hint="write timeZone: Etc/UTC")
