import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from courier.signing import sign

TIMEOUT = 10


@dataclass
class Delivery:
    url: str
    payload: dict
    attempts: int = 0


def post(url, body, headers):
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def deliver(delivery, secret, send=post):
    body = json.dumps(delivery.payload, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Courier-Signature": sign(delivery.payload, secret),
    }
    delivery.attempts += 1
    return send(delivery.url, body, headers)
