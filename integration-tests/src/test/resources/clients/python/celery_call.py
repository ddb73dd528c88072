"""Calls the task that tells its number: celery_call.py URI NAME NUMBER."""
import sys

from celery_tasks import run

run.delay(int(sys.argv[3]))
