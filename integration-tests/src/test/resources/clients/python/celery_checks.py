"""Celery's calls to real workers, which CeleryIT starts and kills: see ../README.md."""
import datetime
import time

import celery.exceptions
from celery_tasks import add, app, fail, fail_twice, hold, name, refuse, run, sleep, started

LIMIT = 90

for number in [3, 1, 2, 9, 5]:
    run.apply_async([number], queue=f"{name}.priority", priority=number)
late = hold.apply_async(queue=f"{name}.late")

first = app.control.inspect([f"first@{name}"], timeout=1)
for _ in range(60):
    described = first.active_queues()
    if described:
        break
[described] = described.values()
assert [queue["name"] for queue in described] == [name], described
print("ok control")

revoked = add.apply_async([1, 1], countdown=2)
revoked.revoke()
asleep = sleep.delay()
begun = time.time()
delayed = [
    started.apply_async(countdown=1),
    started.apply_async(eta=app.now() + datetime.timedelta(seconds=1)),
]

assert celery.group(add.s(i, i) for i in range(50))().get(LIMIT) == [2 * i for i in range(50)]
assert celery.chain(add.s(1, 2), add.s(3))().get(LIMIT) == 6
assert add.delay("grüße ", "🐫").get(LIMIT) == "grüße 🐫"
assert add.delay("x" * 300_000, "y").get(LIMIT) == "x" * 300_000 + "y"
print("ok results")

retried, failed = fail_twice.delay(), fail.delay()
assert retried.get(LIMIT) == 2
try:
    failed.get(LIMIT)
except ValueError as error:
    assert error.args == ("for good",), error
else:
    raise AssertionError("no failure")
print("ok retries")

assert all(task.get(LIMIT) - begun >= 1 for task in delayed)
print("ok eta")

assert refuse.delay().get(LIMIT) == "requeued"
print("ok requeue")

asleep.revoke(terminate=True)
for task in [revoked, asleep]:
    try:
        task.get(LIMIT)
    except celery.exceptions.TaskRevokedError:
        continue
    raise AssertionError("not revoked")
print("ok revoke")

assert late.get(LIMIT) == "redelivered"
print("ok killed")

app.control.shutdown()
