import json
import socket

# Written by the playbook.
with open("/etc/shop/shop.json") as file:
    settings = json.load(file)


def app(environ, start_response):
    body = f"{settings['greeting']} from {socket.gethostname()}\n".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
