"""Notices of the house itself, about somebody's way in: the same whatever the rules say.

They stand beside those of a profile, in the same small language of `engine.wording`. Refuses to
know who is told and when.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.profile import NoticeTemplate, Text

FACTOR_REMOVED = "second_factor_removed"
CODE_USED = "recovery_code_used"

_WRITTEN = (
    NoticeTemplate(
        name=FACTOR_REMOVED,
        subject=Text(zh="您的两步登录已关闭", en="Two-step sign-in was switched off"),
        body=Text(
            zh="{{ recipient }}，系统管理员关闭了您账号的两步登录，登录时不再要求验证码，"
            "原有的恢复码作废。原因：{{ reason | default('未写明') }}。不是您要求的，"
            "请马上修改密码，并告知系统管理员；换了手机的，请在“我的设置”里重新开启。",
            en="{{ recipient }}: an administrator switched off two-step sign-in for your "
            "account. No code is asked for any more, and the recovery codes are void. Reason: "
            "{{ reason | default('none given') }}. If you did not ask for it, change your "
            "password now and tell an administrator; with a new phone, switch it on again in "
            "your settings.",
        ),
    ),
    NoticeTemplate(
        name=CODE_USED,
        subject=Text(zh="您的账号使用了恢复码", en="A recovery code of yours was used"),
        body=Text(
            zh="{{ recipient }}，您的账号刚刚使用了一个恢复码，还剩{{ result }}个。"
            "不是您本人的，请马上修改密码，重新生成恢复码，并告知系统管理员。",
            en="{{ recipient }}: a recovery code of your account was just used; {{ result }} "
            "are left. If it was not you, change your password now, make new codes, and tell "
            "an administrator.",
        ),
    ),
)
HOUSE_NOTICES: Mapping[str, NoticeTemplate] = {one.name: one for one in _WRITTEN}
