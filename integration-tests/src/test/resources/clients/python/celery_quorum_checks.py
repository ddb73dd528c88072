"""Celery's calls to a worker with quorum queues, where the broker delays tasks: see ../README.md."""
import time

import celery
from celery_tasks import add, app, fail_twice, name, refuse, started

LIMIT = 90

for _ in range(600):
    if app.control.ping(timeout=0.5):
        break
assert celery.group(add.s(i, i) for i in range(50))().get(LIMIT) == [2 * i for i in range(50)]
assert refuse.delay().get(LIMIT) == "requeued"
print("ok results")

retried = fail_twice.delay()
begun = time.time()
delayed = [started.apply_async(countdown=seconds) for seconds in [3, 1, 2]]
for task, seconds in zip(delayed, [3, 1, 2]):
    late = task.get(LIMIT) - begun - seconds
    # Celery rounds to seconds.
    assert late > -1, late
assert retried.get(LIMIT) == 2
with app.connection_or_acquire() as connection:
    declared = connection.default_channel.queue_declare(name, passive=True)
    assert declared.consumer_count == 1, declared
print("ok eta")

app.control.shutdown()
