import argparse
import json
import os

from courier.deliver import Delivery, deliver, post


def main(argv=None):
    parser = argparse.ArgumentParser(prog="courier")
    commands = parser.add_subparsers(dest="command", required=True)
    send = commands.add_parser("send", help="post one event")
    send.add_argument("url")
    send.add_argument("payload", type=json.loads)
    args = parser.parse_args(argv)

    secret = os.environ.get("COURIER_SECRET", "")
    status = deliver(Delivery(args.url, args.payload), secret, post)
    print(f"{args.url}: {status}")
    return 0 if 200 <= status < 300 else 1
