"""Days, instants and lights in words, in the visitor's language; no page counts days by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.calendar import WorkingCalendar, local_day
from engine.profile import Stage, Text
from engine.texts import Part
from reports.duties import Light

HERE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STAGES = {
    Stage.RAISE: Text(zh="认真提", en="Raise"),
    Stage.HAND_OVER: Text(zh="精准交", en="Hand over"),
    Stage.HANDLE: Text(zh="扎实办", en="Handle"),
    Stage.SUPERVISE: Text(zh="及时督", en="Supervise"),
}
NEXT = {
    Stage.RAISE: Text(zh="下一步：审核立案", en="Next: review and registration"),
    Stage.HAND_OVER: Text(zh="下一步：交给承办单位", en="Next: hand-over to units"),
    Stage.HANDLE: Text(zh="下一步：单位面商、书面答复", en="Next: units meet you and reply"),
    Stage.SUPERVISE: Text(zh="下一步：评价、办结，跟踪承诺", en="Next: rating, closing, promises"),
}
LIGHTS = {
    Light.GREEN: Text(zh="正常", en="On time"),
    Light.YELLOW: Text(zh="临期", en="Due soon"),
    Light.RED: Text(zh="超期", en="Overdue"),
}


PARTS = {
    Part.TEXT: Text(zh="正文", en="Text"),
    Part.REPLY: Text(zh="答复", en="Reply"),
    Part.CONTACT: Text(zh="面商", en="Contact"),
    Part.KEYWORD: Text(zh="关键词", en="Keywords"),
    Part.UNIT: Text(zh="承办单位", en="Units"),
    Part.DEPUTY: Text(zh="署名代表", en="Deputies"),
}
"""Parts of a case from which an excerpt of a hit is."""
WIDE = dict(zip(",:;?!()", "，：；？！（）", strict=True))
CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’"
NARROW = re.compile(f"(?<=[{CHINESE}])[,:;?!()]|[()](?=[{CHINESE}])|(?<=[{CHINESE}]\\d)[,;](?!\\d)")


def chinese(text: str) -> str:
    """Sentences that were kept with narrow signs, with those of Chinese print beside Chinese."""
    return NARROW.sub(lambda found: WIDE[found[0]], text)


@dataclass(frozen=True, kw_only=True)  # no slots: the calendar is kept once it was asked for
class Frame:
    """What a page needs to put facts into words: language, this day, and the working calendar."""

    language: str
    today: date
    find_calendar: Callable[[], WorkingCalendar] | None

    @cached_property
    def calendar(self) -> WorkingCalendar | None:
        """The visitor's working calendar, asked for once and only when a page counts days."""
        return None if self.find_calendar is None else self.find_calendar()

    def say(self, zh: str, en: str) -> str:
        """One of the two wordings."""
        return en if self.language == "en" else zh

    def text(self, text: Text) -> str:
        """A wording of the rules."""
        return self.say(text.zh, text.en)

    def day(self, value: date | datetime | None) -> str:
        """A day with its weekday; the year only when it is another one."""
        if value is None:
            return "—"
        day = local_day(value) if isinstance(value, datetime) else value
        own = day.year == self.today.year
        zh = f"{'' if own else f'{day.year}年'}{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"
        en = f"{SHORT_DAYS[day.weekday()]} {day.day} {day:%b}{'' if own else f' {day.year}'}"
        return self.say(zh, en)

    def instant(self, value: datetime | None) -> str:
        """A day with its time in Asia/Shanghai."""
        if value is None:
            return "—"
        return f"{self.day(value)} {value.astimezone(HERE):%H:%M}"

    def left(self, due: date | None) -> str:
        """How far off a due day is, in working days; in natural days once it is over."""
        if due is None:
            return self.say("无期限", "no due day")
        over = (self.today - due).days
        if over > 0:
            return self.say(f"已超期{over}天", f"{over} day{'s' if over != 1 else ''} overdue")
        if over == 0:
            return self.say("今天到期", "due today")
        if self.calendar is None:
            return self.say(f"还有{-over}天", f"in {-over} day{'s' if over != -1 else ''}")
        count = self.calendar.working_days_between(self.today, due)
        if count == 0:
            return self.say("到期前无工作日", "no working day left")
        return self.say(
            f"还有{count}个工作日", f"in {count} working day{'s' if count != 1 else ''}"
        )

    def light_of(self, shown: Light | None) -> tuple[str, str]:
        """The word and the class of a time light; a paused or absent clock has none."""
        if shown is None:
            return "—", "none"
        return self.text(LIGHTS[shown]), shown.value
