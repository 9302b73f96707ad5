"""What can go wrong at the doors, before or beside the engine; see `engine.errors` for the form."""

from __future__ import annotations

from engine.errors import BihuanError


class AppError(BihuanError):
    """A door cannot do what it was asked for."""

    code = "app-error"


class SettingInvalid(AppError):
    """An environment variable that is unknown or has a value that cannot be used."""

    code = "setting-invalid"
    zh = "设置 {setting}={value} 有误:{reason}。全部设置见 docs/settings.md。"
    en = "Setting {setting}={value} is wrong: {reason}. All settings: docs/settings.md."


class NotReady(AppError):
    """The database is not there, cannot be reached, or has another schema than we need."""

    code = "not-ready"
    zh = "数据库 {database} 还不能使用:{reason}。{mend}"
    en = "The database {database} is not ready: {reason}. {mend}"


class CongressUnclear(AppError):
    """Several congresses and none named."""

    code = "congress-unclear"
    zh = "数据库中的人大有:{known}。请用 --congress 或 BIHUAN_CONGRESS 指明一个。"
    en = "Congresses here: {known}. Name one with --congress or BIHUAN_CONGRESS."


class OptionInvalid(AppError):
    """Options that do not go together, or a value that no option takes."""

    code = "option-invalid"
    zh = "选项 {option} 有误:{reason}。"
    en = "Option {option} is wrong: {reason}."


class FileUnreadable(AppError):
    """A file given to a command that is not what the command reads."""

    code = "file-unreadable"
    zh = "文件 {file} 无法读取:{reason}。"
    en = "File {file} cannot be read: {reason}."


class ChannelsInvalid(AppError):
    """A channel file that cannot be used; no channel of it was opened."""

    code = "channels-invalid"
    zh = "渠道文件 {file} 有误:\n{problems}"
    en = "The channel file {file} is wrong:\n{problems}"


class UnknownChannel(AppError):
    """No channel of that name is open."""

    code = "unknown-channel"
    zh = "没有渠道“{channel}”,已开的有:{known}。请核对 BIHUAN_CHANNELS_FILE。"
    en = "There is no channel “{channel}”; open are: {known}. Check BIHUAN_CHANNELS_FILE."


class UnknownTemplate(AppError):
    """The rules have no notice of that name."""

    code = "unknown-template"
    zh = "规则{profile}没有通知模板“{template}”。请用 bihuan notice templates 核对。"
    en = "Profile {profile} has no notice “{template}”. See bihuan notice templates."


class UnknownDelivery(AppError):
    """No delivery of that notice by that channel was given up."""

    code = "unknown-delivery"
    zh = "人大 {congress} 没有经“{channel}”的死信“{notice}”。请用 bihuan notice dead 核对。"
    en = "{congress} has no dead letter “{notice}” by “{channel}”. See bihuan notice dead."


class UnknownAttempt(AppError):
    """The log of webhooks has no attempt of that id."""

    code = "unknown-attempt"
    zh = "人大 {congress} 没有 webhook 记录“{attempt}”。请用 bihuan notice webhooks 核对。"
    en = "{congress} has no webhook attempt “{attempt}”. See bihuan notice webhooks."


class RowsRefused(AppError):
    """Rows of an import that may not be stored; nothing of the file was."""

    code = "rows-refused"
    zh = "文件 {file} 有{count}处错误,没有保存任何内容:\n{problems}"
    en = "File {file} has {count} faults, nothing of it was stored:\n{problems}"


class CalendarRefused(AppError):
    """A calendar file, or a day, that may not be stored; nothing of it was."""

    code = "calendar-refused"
    zh = "日历 {file} 有{count}处错误,没有保存任何内容:\n{problems}"
    en = "The calendar {file} has {count} faults, nothing of it was stored:\n{problems}"


class TimeTravelRefused(AppError):
    """Another time than now, where the setting does not allow it."""

    code = "time-travel-refused"
    zh = "不能指定办理时间 {at}:只有测试和演示可以,须设 BIHUAN_ALLOW_TIME_TRAVEL=1。"
    en = "The time {at} may not be given: only tests and demos may, BIHUAN_ALLOW_TIME_TRAVEL=1."


class BulletinTooEarly(AppError):
    """A bulletin is issued when its month is over: until then it may still change."""

    code = "bulletin-too-early"
    zh = "{month}还没有结束,通报要到下月才能印发;现在可以预览,不加 --issue。"
    en = "{month} is not over: its bulletin is issued next month. Leave out --issue to see it."


class UnknownFeed(AppError):
    """No open feed of that id; a revoked one cannot be revoked again."""

    code = "unknown-feed"
    zh = "人大 {congress} 没有启用中的订阅“{feed}”。请用 bihuan feed list 核对。"
    en = "There is no open feed “{feed}” in {congress}. See bihuan feed list."


class UnknownAccount(AppError):
    """The person has no account to sign in with."""

    code = "unknown-account"
    zh = "人大 {congress} 的“{person}”没有账号。请用 bihuan account add 建立。"
    en = "“{person}” of {congress} has no account. Add one with bihuan account add."


class UnknownToken(AppError):
    """No open token of that id; a revoked one cannot be revoked again."""

    code = "unknown-token"
    zh = "人大 {congress} 没有有效的令牌“{token}”。请用 bihuan account token list 核对。"
    en = "There is no open token “{token}” in {congress}. See bihuan account token list."


class ProviderNotSet(AppError):
    """No identity provider is set, so that nobody can be connected with one."""

    code = "provider-not-set"
    zh = "没有设置统一身份认证。请先设 BIHUAN_OIDC_ISSUER 和 BIHUAN_OIDC_CLIENT。"
    en = "No identity provider is set. Set BIHUAN_OIDC_ISSUER and BIHUAN_OIDC_CLIENT first."


class UsePgDump(AppError):
    """A backup of PostgreSQL is the work of its own tools."""

    code = "use-pg-dump"
    zh = "{database} 是 PostgreSQL,请用它自己的工具备份和恢复:{command}"
    en = "{database} is PostgreSQL; back it up and restore it with its own tools: {command}"


class BackupRefused(AppError):
    """A file or database that would be overwritten, or a backup that is none."""

    code = "backup-refused"
    zh = "不能备份或恢复 {file}:{reason}。"
    en = "Cannot back up to or restore from {file}: {reason}."


class FileRefused(AppError):
    """A file whose content is none of the kinds that are taken, or is unsound."""

    code = "file-refused"
    zh = "文件没有保存:{reason}。可接收:pdf、docx、xlsx、jpg、png、UTF-8文本(txt)。"
    en = "The file was not kept: {reason}. Taken are pdf, docx, xlsx, jpg, png and UTF-8 text."


class FileNotYours(AppError):
    """Somebody who may see the case, but has nothing to do in it, or did not add the file."""

    code = "file-not-yours"
    zh = "不能{what}:{reason}。"
    en = "You may not {what}: {reason}."


class UnknownFile(AppError):
    """No file of that number is offered in the case."""

    code = "unknown-file"
    zh = "建议{case}没有第{number}号附件,或者已被移除。"
    en = "Case {case} has no file {number}, or it was removed."


class FileDamaged(AppError):
    """The bytes of a file are gone or altered."""

    code = "file-damaged"
    zh = "附件 {digest} 的内容缺失或已被改动。请系统管理员运行 bihuan file check,并从备份恢复。"
    en = "The bytes {digest} are gone or altered. Run bihuan file check and restore the backup."
