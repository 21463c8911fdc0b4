import hashlib
import hmac
import json


def sign(payload, secret):
    body = json.dumps(payload).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256)
    return "sha256=" + digest.hexdigest()


def verify(body, secret, signature):
    digest = hmac.new(secret.encode(), body, hashlib.sha256)
    return hmac.compare_digest("sha256=" + digest.hexdigest(), signature)
