"""Serves the folder site. WhiteNoise compresses, and sends the headers for caching."""

from pathlib import Path

from whitenoise import WhiteNoise


def not_found(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "9")])
    return [b"Not found"]


site = Path(__file__).with_name("site")
app = WhiteNoise(not_found, root=site, index_file=True)
