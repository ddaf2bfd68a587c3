#!/usr/bin/python3
"""What a browser has asked of the network, and what it has complained of.

Read from chromedriver's logs `performance` (the events of the DevTools
protocol's domain Network) and `browser` (the console).
"""

import json
import re
from urllib.parse import urlsplit

# A request that the page itself has given up has not failed.
GIVEN_UP = "net::ERR_ABORTED"
# What Chromium asks for by itself, of documents that are no page.
UNASKED = "/favicon.ico"


class Request:
    def __init__(self, url, method, headers):
        self.url = url
        self.path = urlsplit(url).path
        self.method = method
        self.headers = headers
        self.status = None
        self.response_headers = {}
        self.failure = None

    @property
    def has_failed(self):
        return self.failure is not None or (self.status or 0) >= 400

    def __repr__(self):
        return f"{self.method} {self.url} {self.failure or self.status}"


class Traffic:
    def __init__(self):
        self.requests = []
        self.console = []
        self.by_id = {}

    def skip(self, driver):
        """Forgets what was before."""
        for log in ("performance", "browser"):
            driver.get_log(log)

    def read(self, driver):
        """Takes over what is new."""
        for entry in driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            take = getattr(self, "on_" + event["method"].partition(".")[2],
                           None)
            if take and event["method"].startswith("Network."):
                take(event["params"])
        self.console += [f"{entry['level']}: {entry['message']}"
                         for entry in driver.get_log("browser")
                         if UNASKED not in entry["message"]]

    # -- events --

    def on_requestWillBeSent(self, event):
        asked = event["request"]
        if not asked["url"].startswith("http") or \
                asked["url"].endswith(UNASKED):
            return
        request = Request(asked["url"], asked["method"], asked["headers"])
        self.requests.append(request)
        self.by_id[event["requestId"]] = request

    def on_responseReceived(self, event):
        request = self.by_id.get(event["requestId"])
        if request:
            request.status = event["response"]["status"]
            request.response_headers = {
                name.lower(): value for name, value in
                event["response"]["headers"].items()}

    def on_loadingFailed(self, event):
        request = self.by_id.get(event["requestId"])
        if request and not event.get("canceled") and \
                event["errorText"] != GIVEN_UP:
            request.failure = event.get("blockedReason") or event["errorText"]

    # -- good order --

    @property
    def console_complaints(self):
        return [f"on the console: {line}" for line in self.console
                if line.startswith("SEVERE")]

    @property
    def complaints(self):
        """What must not be, unless a test makes requests fail."""
        return [f"failed: {request}" for request in self.requests
                if request.has_failed] + self.console_complaints

    def leaks(self, bases):
        """What has gone elsewhere, or has carried a token in its address."""
        return [f"leaks: {request}" for request in self.requests
                if not request.url.startswith(
                    tuple(f"{base}/" for base in bases))
                or re.search(r"eyJ|[?&]token=.", request.url)]

    def unhealed(self):
        """Failures that no success of the same path has followed."""
        return [request for number, request in enumerate(self.requests)
                if request.has_failed and not any(
                    later.path == request.path and later.status
                    and not later.has_failed
                    for later in self.requests[number + 1:])]
