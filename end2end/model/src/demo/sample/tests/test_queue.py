import unittest

from courier.queue import Queue


class QueueTest(unittest.TestCase):
    def test_first_in_is_first_out(self):
        queue = Queue()
        queue.put("a")
        queue.put("b")
        self.assertEqual(queue.take(), "a")

    def test_what_is_given_back_is_taken_again(self):
        queue = Queue()
        queue.put("a")
        queue.give_back(queue.take())
        self.assertEqual(queue.take(), "a")
