import unittest

from courier.signing import sign, verify


class SigningTest(unittest.TestCase):
    def test_a_receiver_can_check_it(self):
        signature = sign({"order": 1}, "secret")
        self.assertTrue(verify(b'{"order": 1}', "secret", signature))
        self.assertFalse(verify(b'{"order": 2}', "secret", signature))
