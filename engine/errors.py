"""What can go wrong, as one list: each error has a stable code, its facts and two wordings.

The wording says what, where and how to mend it. It refuses to know HTTP or the console: the
doors translate `code` into their own answers.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable


class BihuanError(Exception):
    """Root of every refusal that a user or a caller can meet.

    Facts are given as keywords and are readable as attributes; `zh` and `en` are templates over
    exactly these facts.
    """

    code: ClassVar[str] = "error"
    zh: ClassVar[str] = "出错了。"
    en: ClassVar[str] = "Something went wrong."

    def __init__(self, **facts: object) -> None:
        self.facts: dict[str, object] = facts
        super().__init__()

    def __str__(self) -> str:
        """The English wording: what a log or a traceback shows."""
        return self.message("en")

    def message(self, language: str = "zh") -> str:
        """The wording in `zh` or `en`, filled with the facts."""
        template = self.zh if language == "zh" else self.en
        readable = {name: _readable(value, language) for name, value in self.facts.items()}
        return template.format_map(_Facts(readable))

    def told(self, name: str, language: str = "zh") -> list[str]:
        """A fact in words: each item of a list, or the one value."""
        value = self.facts[name]
        items = value if isinstance(value, list | tuple) else (value,)
        return [_readable(item, language) for item in items]

    def as_dict(self) -> dict[str, object]:
        """Code, both wordings and the facts, for machines."""
        return {
            "code": self.code,
            "zh": self.message("zh"),
            "en": self.message("en"),
            "facts": {name: _plain(value) for name, value in self.facts.items()},
        }


class EngineError(BihuanError):
    """A refusal by the engine; nothing was written."""

    code = "engine-error"


class NotAllowed(EngineError):
    """The action does not exist in the present state."""

    code = "not-allowed"
    zh = "{subject}现在处于“{state}”,不能办理“{action}”。现在可以办理:{possible}。"
    en = "“{action}” is not possible while {subject} is in “{state}”. Possible now: {possible}."


class NotAuthorized(EngineError):
    """The actor holds none of the roles and relations that the action asks for."""

    code = "not-authorized"
    zh = "{actor}不能对{subject}办理“{action}”:需要的身份是{needed}。请由有权的人办理。"
    en = "{actor} may not do “{action}” on {subject}; needed: {needed}. Ask somebody who holds it."


class ConditionRefused(EngineError):
    """Every move of the action has a condition that does not hold."""

    code = "condition-refused"
    zh = "“{action}”的条件不满足:{reasons}。"
    en = "The conditions of “{action}” do not hold: {reasons}."


class FormIncomplete(EngineError):
    """Required fields are missing."""

    code = "form-incomplete"
    zh = "“{action}”还缺:{fields}。请填写后再提交。"
    en = "“{action}” still lacks: {fields}. Fill them in and submit again."


class FormInvalid(EngineError):
    """A field is unknown, of the wrong kind, too long or refers to nothing."""

    code = "form-invalid"
    zh = "“{action}”中字段“{field}”有误:{reason}。"
    en = "Field “{field}” of “{action}” is wrong: {reason}."


class StaleCase(EngineError):
    """Somebody changed the case meanwhile."""

    code = "stale-case"
    zh = "建议{case}已被他人更新:您看到的是第{expected}版,现在是第{actual}版。请重新打开后再办理。"
    en = "Case {case} was changed meanwhile: you saw version {expected}, now {actual}. Reload it."


class UnknownCase(EngineError):
    """No case of that id or number."""

    code = "unknown-case"
    zh = "没有找到建议“{case}”。请核对编号。"
    en = "There is no case “{case}”. Check the number."


class UnknownSubject(EngineError):
    """No assignment, commitment or order of that number in the case."""

    code = "unknown-subject"
    zh = "建议{case}没有{machine}“{subject}”。请用 case show 查看现有的编号。"
    en = "Case {case} has no {machine} “{subject}”. See the numbers with case show."


class UnknownAction(EngineError):
    """The profile has no such action."""

    code = "unknown-action"
    zh = "规则{profile}没有动作“{action}”。可用动作见 bihuan workflow show。"
    en = "Profile {profile} has no action “{action}”. See bihuan workflow show."


class UnknownPerson(EngineError):
    """No such person in the congress."""

    code = "unknown-person"
    zh = "{congress}没有人员“{person}”。请核对人员代码。"
    en = "{congress} has no person “{person}”. Check the code."


class UnknownCongress(EngineError):
    """No such congress or session."""

    code = "unknown-congress"
    zh = "没有人大“{congress}”。请先用 bihuan init 建立。"
    en = "There is no congress “{congress}”. Create it with bihuan init first."


class UnknownProfile(EngineError):
    """A profile version that is not there."""

    code = "unknown-profile"
    zh = "没有规则“{profile}”第{version}版。请用 bihuan workflow list 查看现有规则。"
    en = "There is no profile “{profile}” version {version}. See bihuan workflow list."


class RequestKeyReused(EngineError):
    """One request key was sent with two different commands."""

    code = "request-key-reused"
    zh = "请求号“{key}”已用于另一件事(动作“{first}”)。请换一个请求号。"
    en = "Request key “{key}” was already used for another command (“{first}”). Use a new key."


class TimerGone(EngineError):
    """The timer was fired or cancelled before; the clock needs to do nothing."""

    code = "timer-gone"
    zh = "建议{case}的提醒“{rung}”已经触发或取消。"
    en = "The rung “{rung}” of case {case} has fired or was cancelled already."


class ExtensionRefused(EngineError):
    """The rule caps extensions."""

    code = "extension-refused"
    zh = "期限“{clock}”不能再延长:{reason}。"
    en = "Clock “{clock}” cannot be extended: {reason}."


class UrgedAlready(EngineError):
    """Somebody of no less weight, or the same person, urged within the profile's period."""

    code = "urged-already"
    zh = "建议{case}已由{by}于{on}催办(权重{weight}),{again}起方可再次催办。"
    en = "Case {case} was urged by {by} on {on} (weight {weight}); possible again from {again}."


class OrderOpen(EngineError):
    """An order about the same thing waits for its answer."""

    code = "order-open"
    zh = "同一事项的督办单第{order}号({on}发出)尚未办结,不重复发出。请先跟踪或撤销该督办单。"
    en = "Order {order} of {on} about the same matter is open still. Follow it up or withdraw it."


class LeaveRefused(EngineError):
    """A leave with its delegate that cannot be as it is given."""

    code = "leave-refused"
    zh = "{person}自{first_day}至{last_day}的代理不能登记:{reason}。"
    en = "The leave of {person} from {first_day} to {last_day} cannot be entered: {reason}."


class UnknownLeave(EngineError):
    """The person has no leave of that number."""

    code = "unknown-leave"
    zh = "{person}没有第{number}次代理。请用 bihuan person leave list 核对。"
    en = "{person} has no leave {number}. See bihuan person leave list."


class InvariantBroken(EngineError):
    """The profile would leave a case without an owner or without a clock."""

    code = "invariant-broken"
    zh = "动作“{action}”会使建议{case}{reason};没有保存任何内容。请管理员检查规则。"
    en = "“{action}” would leave case {case} {reason}; nothing was saved. Have the profile checked."


class ConditionInvalid(EngineError):
    """A condition in a profile that may not be used."""

    code = "condition-invalid"
    zh = "条件“{expression}”不能使用:{reason}。"
    en = "Condition “{expression}” may not be used: {reason}."


class ConditionFailed(EngineError):
    """A condition that could not be evaluated."""

    code = "condition-failed"
    zh = "条件“{expression}”无法计算:{reason}。"
    en = "Condition “{expression}” could not be evaluated: {reason}."


class InvalidValue(EngineError):
    """A value that no rule accepts."""

    code = "invalid-value"
    zh = "{what}“{value}”无效:{reason}。"
    en = "{what} “{value}” is not valid: {reason}."


class ProfileInvalid(EngineError):
    """A profile that was refused; each problem names file, line and cause."""

    code = "profile-invalid"
    zh = "规则“{profile}”未通过检查,没有保存任何内容:\n{problems}"
    en = "Profile “{profile}” was refused, nothing of it was stored:\n{problems}"


class AuditBroken(EngineError):
    """The hash chain does not verify."""

    code = "audit-broken"
    zh = "办理记录在第{sequence}条断开(建议{case}):{reason}。请停止写入并联系管理员。"
    en = "The audit chain breaks at entry {sequence} (case {case}): {reason}. Stop and investigate."


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@runtime_checkable
class Worded(Protocol):
    """Anything with a Chinese and an English wording: the message picks its own."""

    @property
    def zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def en(self) -> str:
        """In English."""
        ...


def _readable(value: object, language: str) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, Worded):
        return value.zh if language == "zh" else value.en
    if isinstance(value, list | tuple):
        joint = "、" if language == "zh" else ", "
        return joint.join(_readable(item, language) for item in value) or "—"
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, str | int | bool) or value is None:
        return value
    if isinstance(value, Worded):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)


def all_error_types() -> tuple[type[BihuanError], ...]:
    """Every error class with a code, in order of definition; the docs test walks it."""

    def below(kind: type[BihuanError]) -> list[type[BihuanError]]:
        found = []
        for child in kind.__subclasses__():
            found += [child, *below(child)]
        return found

    return tuple(below(BihuanError))
