from collections import deque


class Queue:
    def __init__(self):
        self._waiting = deque()
        self._taken = []

    def put(self, delivery):
        self._waiting.append(delivery)

    def take(self):
        if not self._waiting:
            return None
        delivery = self._waiting.popleft()
        self._taken.append(delivery)
        return delivery

    def done(self, delivery):
        self._taken.remove(delivery)

    def give_back(self, delivery):
        self._taken.remove(delivery)
        self._waiting.append(delivery)

    def __len__(self):
        return len(self._waiting)
