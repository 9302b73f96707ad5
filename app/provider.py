"""Another provider that says who somebody is: OpenID Connect by code flow with PKCE.

What it says counts only when it is signed by a key of its own and made for us, for this very
sign-in, and now. Refuses to know accounts.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from app.settings import Settings
from engine.profile import Text
from notifications.calling import SUCCESS, Answer, Calling, call
from notifications.channels import ChannelDown
from web.errors import ProviderDown, ProviderRefused

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures of keys that only the provider has: never its public key as our shared secret."""
SECONDS = 5.0
"""For one answer of the provider in all, whatever it drips."""
AT_ONCE = 8
"""Calls at a time; a provider that is slow must not hold every thread of ours."""
KNOWN_FOR = timedelta(minutes=5)
LEEWAY = 60
"""Seconds by which its clock may differ from ours."""
LONGEST_SUBJECT = 255
NAME = "oidc"

log = structlog.get_logger()

_NOT_LET = Text(zh="统一身份认证没有放行", en="the identity provider did not let you through")
_SPENT = Text(
    zh="登录码已用过、已过期或不是发给本系统的",
    en="the code was used before, is too old, or was not given to us",
)
_FORGED = Text(
    zh="身份凭证没有通过核验(签名、签发者、对象、时间或本次登录的标记不符)",
    en="the identity token did not stand the test: signature, issuer, audience, time or nonce",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What belongs to one sign-in only: how its answer, its token and its code are known."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the provider vouches for; `email` is empty unless it says that it was verified."""

    issuer: str
    subject: str
    email: str
    token: str = field(repr=False)


class Provider:
    """The provider that the settings name; ProviderDown when it cannot be asked."""

    def __init__(
        self, settings: Settings, back: str, left: str, clock: Callable[[], datetime]
    ) -> None:
        self._issuer = settings.oidc_issuer
        self._client = settings.oidc_client
        self._secret = settings.oidc_secret
        self._scopes = settings.oidc_scopes
        self._back = back
        self._left = left
        self._clock = clock
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._calling = Calling(
            channel=NAME,
            timeout_seconds=SECONDS,
            ca_file=settings.oidc_ca_file or None,
            private=True,  # its address is the administrator's own setting
            secrets=tuple(one for one in (self._secret,) if one),
        )
        self._known: tuple[datetime, Mapping[str, object]] | None = None

    def address(self, marks: Marks) -> str:
        """Where a browser goes to be asked who it is."""
        endpoint = self._endpoint("authorization_endpoint")
        asked, _ = self._oauth().create_authorization_url(
            endpoint, state=marks.state, code_verifier=marks.verifier, nonce=marks.nonce
        )
        return asked

    def leaving(self, token: str) -> str | None:
        """Where a browser signs out of the provider as well; None when it offers no such thing."""
        try:
            if "end_session_endpoint" not in self._metadata():
                return None
            endpoint = self._endpoint("end_session_endpoint")
        except ProviderDown:
            return None
        told = {"client_id": self._client, "post_logout_redirect_uri": self._left}
        hint = {"id_token_hint": token} if token else {}
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(hint | told)}"

    def vouched(self, answer: Mapping[str, str], marks: Marks) -> Vouched:
        """Who came back with this answer; ProviderRefused when it proves nobody."""
        if answer.get("iss", self._issuer) != self._issuer:
            raise ProviderRefused(reason=_FORGED)
        code = answer.get("code", "")
        if "error" in answer or not code:
            raise ProviderRefused(reason=_NOT_LET)
        given = self._token(code, marks)
        token, access = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str) or not isinstance(access, str):
            raise ProviderRefused(reason=_FORGED)
        return self._read(token, access, marks.nonce)

    def _token(self, code: str, marks: Marks) -> Mapping[str, object]:
        endpoint = self._endpoint("token_endpoint")
        try:
            given = self._oauth().fetch_token(
                endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=marks.verifier,
            )
        except (AuthlibBaseError, ValueError) as error:
            raise ProviderRefused(reason=_SPENT) from error
        return dict(given)

    def _read(self, token: str, access: str, nonce: str) -> Vouched:
        keys = self._document(self._endpoint("jwks_uri"))
        try:
            read = jwt.decode(
                token,
                key=KeySet.import_key_set(keys),  # type: ignore[arg-type]  # it judges what it reads
                registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
            )
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client},
                },
                {"nonce": nonce, "client_id": self._client, "access_token": access},
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            # Its libraries stumble in many ways over what a stranger has made up.
            raise ProviderRefused(reason=_FORGED) from error
        subject = str(claims["sub"])
        if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
            raise ProviderRefused(reason=_FORGED)
        email = claims.get("email") if claims.get("email_verified") is True else ""
        return Vouched(
            issuer=self._issuer,
            subject=subject,
            email=email if isinstance(email, str) else "",
            token=token,
        )

    def _oauth(self) -> OAuth2Client:
        accepted = self._metadata().get("token_endpoint_auth_methods_supported")
        method = "client_secret_basic" if self._secret else "none"
        if self._secret and isinstance(accepted, list) and method not in accepted:
            method = "client_secret_post"
        return OAuth2Client(
            _Session(self._call),
            client_id=self._client,
            client_secret=self._secret or None,
            token_endpoint_auth_method=method,
            scope=self._scopes,
            redirect_uri=self._back,
            code_challenge_method="S256",
        )

    def _endpoint(self, name: str) -> str:
        """An address of the provider; as safe on its way as the issuer's own."""
        given = self._metadata().get(name)
        scheme = urlsplit(given).scheme if isinstance(given, str) else ""
        if scheme not in {"https", urlsplit(self._issuer).scheme}:
            raise _down(f"{name}: {given}")
        return str(given)

    def _metadata(self) -> Mapping[str, object]:
        """What the provider says of itself, asked anew now and then."""
        now = self._clock()
        if self._known is not None and now - self._known[0] < KNOWN_FOR:
            return self._known[1]
        found = self._document(self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer:
            raise _down(f"issuer: {found.get('issuer')}")
        self._known = (now, found)
        return found

    def _document(self, address: str) -> Mapping[str, object]:
        answer = self._call("GET", address, {"Accept": "application/json"}, None)
        try:
            found = json.loads(answer.body)
        except ValueError:
            found = None
        if answer.status not in SUCCESS or not isinstance(found, dict):
            raise _down(answer.said)
        return found

    def _call(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        if not self._slots.acquire(timeout=SECONDS):
            raise _down(f">{AT_ONCE}")
        try:
            return call(method, address, self._calling, headers=headers, body=body)
        except (ChannelDown, ValueError) as error:
            raise _down(str(error)) from error
        finally:
            self._slots.release()


def _down(reason: str) -> ProviderDown:
    """Why is for the log; who signs in can do nothing about it, and need not know addresses."""
    log.warning("provider", action="provider-down", reason=reason)
    return ProviderDown()


class _Session:
    """What authlib asks of a session, over our own bounded calls."""

    def __init__(self, ask: Callable[[str, str, Mapping[str, str], bytes | None], Answer]) -> None:
        self._ask = ask

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth
    ) -> _Given:
        """Ask for tokens, as the client that we are."""
        address, told, body = auth.prepare("POST", url, dict(headers), urlencode(data))  # type: ignore[no-untyped-call]  # its stubs say nothing
        answer = self._ask("POST", address, told, body.encode())
        return _Given(answer)


class _Given:
    """An answer as authlib reads it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status_code = answer.status

    def json(self) -> object:
        """ValueError when it is none."""
        return json.loads(self._answer.body)

    def raise_for_status(self) -> None:
        """ProviderDown when it is an error."""
        if self.status_code not in SUCCESS:
            raise _down(self._answer.said)
