#!/usr/bin/env python3
"""On the emulated Pi, which has no curl: `ask.py URL "Header: value" [BODY]` says the status and what came."""

import sys
import urllib.error
import urllib.request

name, _, value = sys.argv[2].partition(": ")
body = sys.argv[3].encode() if sys.argv[3:] else None
try:
    answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1], body, {name: value}), timeout=60)
    print(answer.status, answer.read().decode())
except urllib.error.HTTPError as refused:
    print(refused.code)
