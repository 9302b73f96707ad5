"""What can go wrong at the door of the web: nobody signed in, a forged form, a token too small."""

from __future__ import annotations

from engine.errors import BihuanError


class WebError(BihuanError):
    """A request that is not let in."""

    code = "web-error"


class SignInRequired(WebError):
    """Nobody has signed in, or what was shown is unknown, ended or too old."""

    code = "sign-in-required"
    zh = "请先登录,或出示有效的令牌(Authorization: Bearer …)。"
    en = "Sign in first, or show a valid token (Authorization: Bearer …)."


class ScopeMissing(WebError):
    """The token may not do this kind of thing."""

    code = "scope-missing"
    zh = "此令牌没有“{scope}”权限。请系统管理员另发一个带此权限的令牌。"
    en = "This token lacks the scope “{scope}”. Ask an administrator for one that has it."


class FormForged(WebError):
    """A form that did not come from a page of ours in this session."""

    code = "form-forged"
    zh = "表单不是从本系统当前登录的页面提交的,没有办理。请重新打开页面再提交。"
    en = "The form does not come from a page of this session; nothing was done. Open it again."


class SignInRefused(WebError):
    """A wrong name, password or code, or an account that may not be used: it is not told which."""

    code = "sign-in-refused"
    zh = "用户名、密码或验证码不对,或账号不能使用。请核对后再试,忘记时请联系系统管理员。"
    en = "Name, password or code is wrong, or the account cannot be used. Check, or ask an admin."


class SignInLimited(WebError):
    """Too many failures from this address or for this name; the same for names nobody has."""

    code = "sign-in-limited"
    zh = "尝试次数过多,请在{minutes}分钟后再试。"
    en = "Too many attempts. Try again in {minutes} minutes."


class ProviderRefused(WebError):
    """Signing in by another provider came to nothing; the reason is told."""

    code = "provider-refused"
    zh = "没有登录:{reason}。请重新登录;仍不行时请联系系统管理员。"
    en = "Not signed in: {reason}. Begin again; if that does not help, ask an administrator."


class ProviderDown(WebError):
    """The other provider cannot be asked, or answers what cannot be used."""

    code = "provider-down"
    zh = "统一身份认证现在不能使用,请稍后再试,或用本系统的用户名和密码登录。"
    en = "The identity provider cannot be used now. Try later, or sign in with name and password."


class PasswordRefused(WebError):
    """A new password that breaks a rule, or an old one that is wrong; `field` says which."""

    code = "password-refused"
    zh = "密码没有改:{reason}。"
    en = "The password was not changed: {reason}."


class FactorRefused(WebError):
    """A code that does not belong to the key and is no recovery code, or a key not needed."""

    code = "factor-refused"
    zh = "验证码不对,没有更改。请核对验证器上的六位数字或恢复码;手机的时间须准确。"
    en = "The code is wrong; nothing was changed. Check the digits, the phone's clock or the code."


class RoleMissing(WebError):
    """A page for others: the visitor's roles do not open it."""

    code = "role-missing"
    zh = "您的身份不能查看“{page}”。需要时请系统管理员调整您的任职。"
    en = "Your roles do not open “{page}”. Ask an administrator if they should."


class BodyTooLarge(WebError):
    """More than the address takes; the rest was thrown away unread."""

    code = "body-too-large"
    zh = "提交的内容超过上限{kilobytes}KB,没有办理。请分成几次提交。"
    en = "What was sent is larger than {kilobytes} KB; nothing was done. Divide it."


class BodyTooSlow(WebError):
    """It did not come in time."""

    code = "body-too-slow"
    zh = "提交的内容没有在限定时间内传完,没有办理。请检查网络后再提交。"
    en = "What was sent did not arrive in time; nothing was done. Check the network, send it again."


class FormUnreadable(WebError):
    """A form of a page that cannot be read, or brings what this page does not take."""

    code = "form-unreadable"
    zh = "表单无法读取:{reason}。没有办理。请重新打开页面再提交。"
    en = "The form cannot be read: {reason}. Nothing was done. Open the page again."


class UnknownUnit(WebError):
    """A unit that the congress does not have."""

    code = "unknown-unit"
    zh = "本人大没有代码为“{unit}”的单位。请在单位名录中查看代码。"
    en = "The congress has no unit “{unit}”. See the list of units for its code."
