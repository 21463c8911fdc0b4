"""Webhook delivery, with nothing but the standard library."""

__version__ = "0.3.2"
