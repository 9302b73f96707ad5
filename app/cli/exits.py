"""Exit codes: what a script can tell from a command without reading its words."""

from __future__ import annotations

from enum import IntEnum

from app.errors import (
    AppError,
    ChannelsInvalid,
    CongressUnclear,
    FileUnreadable,
    NotReady,
    OptionInvalid,
    SettingInvalid,
    UnknownAccount,
    UnknownAttempt,
    UnknownChannel,
    UnknownDelivery,
    UnknownFeed,
    UnknownFile,
    UnknownTemplate,
    UnknownToken,
)
from engine.errors import (
    AuditBroken,
    BihuanError,
    RequestKeyReused,
    StaleCase,
    UnknownAction,
    UnknownCase,
    UnknownCongress,
    UnknownLeave,
    UnknownPerson,
    UnknownProfile,
    UnknownSubject,
)


class ExitCode(IntEnum):
    """One meaning a code; docs/cli.md lists them."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    AUDIT_BROKEN = 5
    NOT_READY = 6
    UNEXPECTED = 70


_CODES: tuple[tuple[tuple[type[BihuanError], ...], ExitCode], ...] = (
    ((NotReady,), ExitCode.NOT_READY),
    ((AuditBroken,), ExitCode.AUDIT_BROKEN),
    ((StaleCase, RequestKeyReused), ExitCode.CONFLICT),
    (
        (
            UnknownAccount,
            UnknownAction,
            UnknownAttempt,
            UnknownCase,
            UnknownChannel,
            UnknownCongress,
            UnknownDelivery,
            UnknownFeed,
            UnknownFile,
            UnknownLeave,
            UnknownPerson,
            UnknownProfile,
            UnknownSubject,
            UnknownTemplate,
            UnknownToken,
        ),
        ExitCode.NOT_FOUND,
    ),
    (
        (ChannelsInvalid, CongressUnclear, FileUnreadable, OptionInvalid, SettingInvalid),
        ExitCode.USAGE,
    ),
    ((AppError, BihuanError), ExitCode.REFUSED),
)


def exit_code_of(error: BihuanError) -> ExitCode:
    """The exit code that an error ends a command with."""
    return next(code for kinds, code in _CODES if isinstance(error, kinds))
