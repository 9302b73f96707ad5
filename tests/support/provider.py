"""Identity providers: a real one in a process of its own, and one that signs what the test says."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from app.accounts import AccountDesk
from app.clock import now
from app.doctor import ReadinessOf
from app.gate import GateOfRows
from app.house import HouseOfRows
from app.provider_gate import ProviderGate
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, unchecked
from db.register import RegisterChanges
from db.sign_ins import SignIns
from tests.support.gates import Watch
from tests.support.standing import standing
from tests.support.web_server import Asked, Told, WebServer, web_server
from web.gate import Arrival, Visitor

HERE = "https://bihuan.example"
CLIENT, SECRET = "bihuan", "client-secret-1"
PATIENCE = 60
AS_JSON = {"Content-Type": "application/json"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class RealProvider:
    """The provider's process as whoever signs in meets it."""

    url: str

    def know(self, subject: str, **claims: object) -> None:
        """Somebody with an account there."""
        told = requests.put(
            f"{self.url}/users/{subject}",
            data=json.dumps(claims),
            headers=AS_JSON,
            timeout=PATIENCE,
        )
        assert told.status_code == 204, told.text

    def consent(self, address: str, subject: str, **more: str) -> str:
        """Sign in there; where the browser is sent back to."""
        form = {"sub": subject, **more}
        sent = requests.post(address, data=form, allow_redirects=False, timeout=PATIENCE)
        assert sent.status_code == 302, sent.text
        return sent.headers["location"]


@contextmanager
def real_provider(folder: Path) -> Iterator[RealProvider]:
    """A provider that runs meanwhile, and asks every client for a nonce."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "provider.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"],
            stdout=log,
            stderr=log,
            env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
        )
        try:
            _wait_for(url, process)
            yield RealProvider(url=url)
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 10):
        assert process.poll() is None, "the provider ended"
        try:
            if requests.get(f"{url}/jwks", timeout=PATIENCE).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the provider does not answer")


@dataclass(slots=True, kw_only=True)
class Town:
    """The web of the small congress, which trusts a provider."""

    services: Services
    watch: Watch
    gate: GateOfRows
    desk: AccountDesk
    application: FastAPI

    def browser(self, address: str = "10.0.0.1") -> TestClient:
        return TestClient(
            self.application, base_url=HERE, follow_redirects=False, client=(address, 50_000)
        )

    def visitor(self, browser: TestClient) -> Visitor | None:
        cookie = browser.cookies.get("__Host-bihuan") or ""
        return self.gate.visitor(
            cookie, Arrival(address="10.0.0.1", agent="test", at=self.watch.now)
        )

    def outcomes(self) -> list[tuple[str, str]]:
        """Name and outcome of each attempt, the newest first."""
        found = SignIns(self.services.database).latest(20)
        return [(one.name, one.outcome) for one in found]


@contextmanager
def town_with(database_url: str, issuer: str, **settings: object) -> Iterator[Town]:
    """Over WITH_ACCOUNT: 王芳 has a password; nobody is connected with the provider yet."""
    given: dict[str, object] = {
        "database_url": database_url,
        "public_url": HERE,
        "oidc_issuer": issuer,
        "oidc_client": CLIENT,
        "oidc_secret": SECRET,
        **settings,
    }
    watch = Watch(now=now())
    with unchecked(Settings(**given), clock=watch) as services:  # type: ignore[arg-type]  # the test's own
        gate = GateOfRows(services)
        desk = AccountDesk(services, "linxi", actor="system", reason="统一身份认证上线")
        with standing(
            figures=FiguresOfRows(services),
            readiness=ReadinessOf(services),
            house=HouseOfRows(services),
            gate=gate,
            oidc=ProviderGate(services, gate),
            https=True,
        ) as found:
            yield Town(
                services=services,
                watch=watch,
                gate=gate,
                desk=desk,
                application=found.application,
            )


def give_address(town: Town, person: str, email: str) -> None:
    """Enter somebody's e-mail into the register."""
    known = town.services.directory("linxi").people[person]
    changes = RegisterChanges(people=(replace(known, email=email),))
    town.services.register.apply(
        "linxi", changes, actor="system", reason="登记邮箱", now=town.watch.now
    )


def last_entry(town: Town) -> tuple[str, str]:
    """Who made the last entry of the history, and its reason."""
    head = town.services.trail.head("linxi").sequence
    (entry,) = town.services.trail.entries("linxi", after=head - 1)
    return entry.actor, str(entry.content.get("reason"))


def begin(browser: TestClient, next_: str = "/") -> str:
    """Ask to sign in by the provider; its address to which the browser is sent."""
    sent = browser.get("/sign-in/oidc", params={"next": next_})
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def come_back(browser: TestClient, address: str) -> Response:
    """Follow the provider's redirect to us."""
    return browser.get(address.removeprefix(HERE), headers={"Accept": "text/html"})


def refused(town: Town, browser: TestClient, answer: Response, status: int = 401) -> None:
    """Told on the sign-in page, and nobody has come in."""
    assert answer.status_code == status, answer.text
    assert 'role="alert"' in answer.text
    assert "__Host-bihuan=" not in answer.headers.get("set-cookie", "")
    assert town.visitor(browser) is None


@dataclass(slots=True, kw_only=True)
class Forger:
    """A provider that answers whatever the test wants, over a real socket."""

    server: WebServer
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    published: list[RSAKey] = field(default_factory=list)
    claims: dict[str, object] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    about: dict[str, object] = field(default_factory=dict)
    challenge: str = ""
    nonce: str = ""
    exchanged: list[dict[str, str]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return self.server.url

    def answer(self, asked: Asked) -> Told:
        """What the provider says to us."""
        path = urlsplit(asked.path).path
        if path == "/.well-known/openid-configuration":
            return self._json(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/jwks",
                    **self.about,
                }
            )
        if path == "/jwks":
            return self._json(dict(KeySet([*(self.published or [self.key])]).as_dict()))
        return self._exchange(asked)

    def _exchange(self, asked: Asked) -> Told:
        given = dict(parse_qsl(asked.body.decode()))
        self.exchanged.append({**given, "authorization": asked.headers.get("authorization", "")})
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        proven = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if proven != self.challenge:
            return Told(status=400, body=b'{"error": "invalid_grant"}')
        return self._json(
            {"access_token": "a", "token_type": "Bearer", "id_token": self.token or self.signed()}
        )

    def signed(self, *, key: RSAKey | None = None) -> str:
        """A token with the claims that are due, and those that the test wants instead."""
        at = int(now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "wf-001",
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": self.nonce,
            **self.claims,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "k1", **self.header}
        return jwt.encode(header, kept, key or self.key)

    def consent(self, address: str) -> str:
        """Remember what was asked, and send the browser back with a code."""
        asked = {name: found[0] for name, found in parse_qs(urlsplit(address).query).items()}
        self.challenge, self.nonce = asked["code_challenge"], asked["nonce"]
        assert asked["code_challenge_method"] == "S256"
        return f"{asked['redirect_uri']}?code=c1&state={asked['state']}"

    def _json(self, content: dict[str, object]) -> Told:
        return Told(body=json.dumps(content).encode())


@contextmanager
def forging() -> Iterator[Forger]:
    """A forger that runs meanwhile."""
    with web_server() as server:
        forger = Forger(server=server)
        server.answering = forger.answer
        yield forger
