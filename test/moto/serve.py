"""Starts moto's server, with one request at a time.

moto's server answers requests in parallel, and its parts share state that is not made for that: a dictionary that one
request fills while another goes through it ends in "500 Internal Server Error", most often at the first requests. AWS
has no such error, so the product cannot be blamed for it, and no test may depend on who comes first.

usage: serve.py, with the arguments of moto_server
"""

import threading

import moto.server

_one_at_a_time = threading.Lock()
_run_simple = moto.server.run_simple


def _run(host, port, application, **options):
    def answer(environment, start_response):
        with _one_at_a_time:
            parts = application(environment, start_response)
            try:
                return list(parts)
            finally:
                close = getattr(parts, "close", None)
                if close is not None:
                    close()

    _run_simple(host, port, answer, **options)


moto.server.run_simple = _run
moto.server.main()
