import unittest

from courier.deliver import Delivery, deliver


class DeliverTest(unittest.TestCase):
    def test_posts_a_signed_body(self):
        sent = []

        def send(url, body, headers):
            sent.append((url, body, headers))
            return 204

        status = deliver(Delivery("https://example.test", {"order": 1}), "secret", send)
        self.assertEqual(status, 204)
        url, body, headers = sent[0]
        self.assertEqual(body, b'{"order": 1}')
        self.assertTrue(headers["X-Courier-Signature"].startswith("sha256="))
