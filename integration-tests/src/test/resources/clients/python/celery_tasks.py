"""Tasks of Celery's checks. Programs that import it get URI and NAME as their first arguments: see ../README.md.

A name that ends in ".quorum" gets quorum queues, with which Celery lets the broker delay tasks.
"""
import os
import sys
import time

import celery
import celery.exceptions
import kombu

uri, name = sys.argv[1:3]
app = celery.Celery(name, broker=uri, backend="rpc://")
app.conf.update(
    task_default_queue=name,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=1,
)
if name.endswith(".quorum"):
    app.conf.update(
        task_default_queue_type="quorum",
        task_default_exchange_type="topic",
    )
else:
    app.conf.task_queues = [
        kombu.Queue(name, routing_key=name),
        kombu.Queue(f"{name}.late", routing_key=f"{name}.late"),
        kombu.Queue(f"{name}.priority", routing_key=f"{name}.priority", max_priority=10),
    ]


def say(line):
    """Prints past the worker, which makes log entries of whatever a task prints."""
    os.write(1, f"{line}\n".encode())


@app.task
def add(x, y):
    return x + y


@app.task(bind=True, max_retries=3)
def fail_twice(self):
    if self.request.retries < 2:
        raise self.retry(exc=KeyError("once more"), countdown=1)
    return self.request.retries


@app.task(bind=True, max_retries=1, default_retry_delay=0.1)
def fail(self):
    raise self.retry(exc=ValueError("for good"))


@app.task
def started():
    return time.time()


@app.task
def sleep():
    say("Sleeping")
    time.sleep(600)


@app.task(bind=True, acks_late=True)
def hold(self):
    if self.request.delivery_info["redelivered"]:
        return "redelivered"
    say("Holding")
    time.sleep(600)


@app.task(bind=True, acks_late=True)
def refuse(self):
    if not self.request.delivery_info["redelivered"]:
        raise celery.exceptions.Reject("not yet", requeue=True)
    return "requeued"


@app.task
def run(number):
    say(f"Ran: {number}")
