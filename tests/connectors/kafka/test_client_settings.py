"""What clients of kafka-python share in one process."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import gc, json, sys
from kafka.protocol.api_header import ResponseClassRegistry
from kafka.protocol.data_container import SlotsBuilder
from kafka.protocol.metadata import ApiVersionsResponse, FindCoordinatorResponse, MetadataResponse
from connectors.kafka.client_settings import make_answer_classes

if sys.argv[1] == "made":
    make_answer_classes()
made, others = SlotsBuilder.__new__, []

def interrupted(kind, name, *given, **named):
    mine = made(kind, name, *given, **named)
    if others:
        others.pop()()  # another thread has its turn here, and makes the same class
    return mine

SlotsBuilder.__new__ = interrupted
for answer in (ApiVersionsResponse, FindCoordinatorResponse, MetadataResponse):
    others.append(lambda: answer[1])
    answer[1]
gc.collect()
dead = []
for number, answer in ResponseClassRegistry._response_class_registry.items():
    try:
        answer[1]
    except ReferenceError:
        dead.append(number)
    except ValueError:  # there is no such version
        pass
print(json.dumps(dead))
"""


@pytest.mark.parametrize(
    ("how", "unreadable"),
    [
        ("made", []),
        # Once this fails kafka-python is mended, and make_answer_classes may go.
        ("as they come", [18, 10, 3]),
    ],
)
def test_clients_that_begin_at_once_leave_no_answer_unreadable(
    how: str, unreadable: list[int]
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True
    )
    assert sorted(json.loads(told.stdout)) == sorted(unreadable)
