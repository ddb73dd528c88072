"""A Celery worker, as the command line starts it: celery_worker.py URI NAME OPTIONS..."""
import sys

from celery_tasks import app

app.worker_main(["worker", "--loglevel=INFO", *sys.argv[3:]])
