"""The cast of the Yongkang year: every figure and name of the published report is in it.

The lists below were taken from the report by hand, topic by topic, independently of the data.
"""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from app.demo.cast import load_cast
from app.demo.reading import DATA, DemoDataError
from app.demo.records import Bound, Cast, IndicatorPeriod, StaffRole, Topic

DEPUTIES = {
    1: ("应荣", "施祖堂", "胡德利"),
    2: ("柴文胜",),
    3: ("陈利新", "吕新印"),
    4: ("陈向阳",),
    5: ("应天行", "周玉霞"),
    6: ("胡晓红",),
    7: ("李汝芳", "徐有进", "钱艳红"),
    8: ("卢莹", "应罗", "王钢琴"),
    9: ("周跃明",),
    10: ("王应强", "陈苏春", "朱春生"),
}

OFFICIALS = {
    "李浩锋": ("市委常委、市政府党组成员", (1,)),
    "陈伟强": ("市委常委、常务副市长", (2, 3)),
    "魏斌聪": ("副市长", (4,)),
    "王斌": ("市委常委、副市长", (5,)),
    "吕建": ("副市长", (6, 10)),
    "何丽平": ("副市长", (7, 8)),
    "蒋华蒙": ("副市长", (9,)),
}

SUBJECTS = {
    1: "低效工业用地整治",
    2: "城市更新工作",
    3: "整体谋划提升交通能力",
    4: "传统制造业内外贸一体化发展",
    5: "产教融合新型平台",
    6: "卫健系统科教研水平",
    7: "乡村振兴",
    8: "“一老一小”服务",
    9: "流动人口管理和服务",
    10: "饮用水源清淤",
}

# Topic, figure, unit, and a word that must stand beside it.
FIGURES = (
    (1, "21", "个", "整治"),
    (1, "7", "个", "收储"),
    (1, "1666", "亩", "集中连片"),
    (1, "3200", "亩", "低效工业企业用地"),
    (2, "7", "个", "7+N"),
    (2, "12", "天", "周塘"),
    (2, "100", "%", "签约"),
    (2, "3", "个", "双股金钗建材市场"),
    (2, "5", "个", "河头"),
    (2, "30.26", "万平方米", "拆除"),
    (2, "7", "个", "标段"),
    (2, "3", "幢", "6、7、8号楼"),
    (2, "162.7", "亿元", "城市更新投资"),
    (2, "125", "%", "目标"),
    (3, "19.99", "亿元", "投资"),
    (3, "31", "项", "重大"),
    (3, "10", "条", "南四环东延一期"),
    (3, "35", "%", "解放南路"),
    (4, "10", "家", "外商投资企业"),
    (4, "600", "家", "脉链"),
    (4, "2", "个", "海外品牌基地"),
    (4, "10", "家", "五金生活馆"),
    (4, "5", "家", "境外五金品牌展销中心"),
    (4, "42", "个", "德国科隆五金展"),
    (4, "34", "场", "渠道强企"),
    (4, "495.37", "亿元", "出口额"),
    (4, "19.29", "%", "出口额"),
    (4, "2", "位", "金华第二"),
    (5, "2", "个", "冠名班"),
    (5, "9", "个", "冠名班"),
    (5, "8", "个", "企业学院"),
    (5, "20", "个", "企业学院"),
    (5, "5", "个", "专业"),
    (5, "28", "个", "专业"),
    (5, "7700", "人次", "培训"),
    (6, "2000", "万元", "科研支出"),
    (6, "10", "倍", "科研支出"),
    (6, "20", "人", "复合型人才"),
    (6, "50", "人", "硕士"),
    (7, "38", "个", "古建修缮"),
    (7, "2", "个", "省和美乡村示范镇"),
    (7, "53", "个", "省和美乡村示范村"),
    (7, "4", "个", "舜芋"),
    (7, "1", "亿元", "上级资金"),
    (7, "3", "人", "乡村CEO"),
    (7, "2400", "人", "新农人"),
    (7, "245", "人", "农创客"),
    (8, "2", "家", "康养联合体"),
    (8, "80", "张", "认知障碍照护床位"),
    (8, "3", "个", "塔海"),
    (8, "9", "家", "托育机构"),
    (8, "4.45", "个", "千人托位数"),
    (9, "110.14", "万人", "家庭警察"),
    (9, "378", "支", "社区流口团队"),
    (9, "6682", "起", "矛盾纠纷"),
    (9, "97.5", "%", "化解"),
    (9, "60", "%", "命案"),
    (10, "7.3", "亿元", "水利领域投资"),
    (10, "55", "座", "机埠堰坝"),
    (10, "53", "座", "单村水站"),
    (10, "5", "年", "杨溪水库"),
)

NAMES = {
    1: (
        "产业提档大会战",
        "《低效工业用地整治政策的补充意见》",
        "零星边角地归并开发",
        "陶瓷厂C区块",
        "西园山背区块",
        "老长城区块",
        "智慧电商物流园",
        "中兴产业园项目一期",
        "两大赛道",
        "金华",
    ),
    2: (
        "周塘国有区块",
        "黄棠商品混凝土搅拌站区块",
        "双股金钗建材市场",
        "河头",
        "黄棠区块一期第1区块",
        "玉江湾",
        "周塘城中村区块",
    ),
    3: (
        "《中心城区道路系统专项规划》",
        "内畅外联",
        "S316一期工程",
        "义龙庆高速及永康联络线",
        "自然资源部",
        "永义公路",
        "南四环东延一期",
        "南苑西路",
        "卫星路",
        "解放南路",
        "溪心路",
        "梅城路",
        "330国道",
        "花园大道段",
    ),
    4: (
        "两业融合",
        "外商投资",
        "跨境综合服务",
        "会展经济",
        "“脉链”平台",
        "永康五金海外品牌基地",
        "德国科隆五金展",
        "“渠道强企”系列活动",
    ),
    5: (
        "全产业链工种",
        "终身职业教育平台",
        "县域职业教育产教融合新标杆",
        "现代五金产教合作联盟",
        "浙工大",
        "合作共建式",
        "先进制造业",
    ),
    6: (
        "三甲",
        "医疗卫生体制改革",
        "温州医科大学永康市第一人民医院",
        "上海东方肝胆外科医院",
        "浙中肝胆疾病诊疗中心",
        "浙江大学",
        "普健肝胆胰医学人工智能联合研发中心永康站",
        "杭州医学院药学院",
        "高水平医疗团队",
    ),
    7: ("千万工程", "和美乡村先行区", "三大差距", "国家农产品地理标志", "金穗", "乡村CEO"),
    8: (
        "《关于加快建设基本养老服务体系的实施意见》",
        "镇街示范型居家养老服务中心",
        "全覆盖",
        "瑞侦医院",
        "全国医养结合示范机构",
        "未来社区托育机构",
        "龙山卫生院",
        "“医防护”儿童健康管理中心",
    ),
    9: (
        "出租房屋管理准入",
        "村级房东协会",
        "帮教转化",
        "安居丽州",
        "智管",
        "房东自主管理",
        "新乡人管理",
        "企业治理微中心",
        "积分入学、入住、入医",
    ),
    10: (
        "磐永引水",
        "水库联网",
        "渠道维修养护",
        "水库山塘提能保安三年行动",
        "饮用水源保护系列举措",
        "重要水源清淤",
        "浙中城市群水资源配置工程",
        "全省优级饮用水水源地",
    ),
}


@pytest.fixture(scope="module")
def cast() -> Cast:
    return load_cast()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def _topic(cast: Cast, number: int) -> Topic:
    return next(one for one in cast.topics if one.number == number)


def _change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_headline_figures(cast: Cast) -> None:
    assert (cast.headline.total, cast.headline.key, cast.headline.topics) == (397, 20, 10)
    assert cast.headline.key_satisfaction_percent == Decimal(100)
    assert cast.headline.ordinary == 377
    assert sum(one.ordinary for one in cast.fields) == 377
    assert (cast.congress.term, cast.congress.session, cast.congress.year) == (18, 3, 2024)


def test_topics_carry_the_subjects_in_order(cast: Cast) -> None:
    assert [one.number for one in cast.topics] == list(range(1, 11))
    for number, subject in SUBJECTS.items():
        assert subject in _topic(cast, number).title


def test_every_named_deputy_leads_one_key_suggestion(cast: Cast) -> None:
    names = {one.code: one.name for one in cast.deputies}
    led = {
        topic.number: tuple(names[one.lead_deputy] for one in topic.suggestions)
        for topic in cast.topics
    }
    assert led == DEPUTIES
    assert sum(len(row) for row in led.values()) == 20


def test_officials_stand_as_published_and_three_lead_two(cast: Cast) -> None:
    posts = {one.name: one.post for one in cast.officials}
    assert posts == {name: post for name, (post, _) in OFFICIALS.items()}
    codes = {one.name: one.code for one in cast.officials}
    led = {
        name: tuple(one.number for one in cast.topics if one.lead_official == codes[name])
        for name in OFFICIALS
    }
    assert led == {name: topics for name, (_, topics) in OFFICIALS.items()}
    assert sorted(name for name, topics in led.items() if len(topics) == 2) == [
        "何丽平",
        "吕建",
        "陈伟强",
    ]


@pytest.mark.parametrize(("topic", "quantity", "unit", "beside"), FIGURES)
def test_figure_of_the_report(
    cast: Cast, topic: int, quantity: str, unit: str, beside: str
) -> None:
    found = [
        one
        for one in _topic(cast, topic).indicators
        if one.quantity == Decimal(quantity)
        and one.unit == unit
        and beside in f"{one.label} {one.text}"
    ]
    assert len(found) == 1


def test_there_is_no_figure_that_the_report_does_not_print(cast: Cast) -> None:
    printed = sorted((number, Decimal(figure), unit) for number, figure, unit, _ in FIGURES)
    told = sorted(
        (topic.number, one.quantity, one.unit)
        for topic in cast.topics
        for one in topic.indicators
        if one.quantity is not None
    )
    assert told == printed


@pytest.mark.parametrize(
    ("topic", "name"), [(topic, name) for topic, names in NAMES.items() for name in names]
)
def test_name_of_the_report(cast: Cast, topic: int, name: str) -> None:
    assert any(name in f"{one.label} {one.text}" for one in _topic(cast, topic).indicators)


def test_more_than_is_not_told_as_exactly(cast: Cast) -> None:
    over = {
        (topic.number, str(one.quantity))
        for topic in cast.topics
        for one in topic.indicators
        if one.bound is Bound.OVER
    }
    assert over == {(4, "600"), (5, "7700"), (7, "1")}


def test_cumulative_figures_are_not_those_of_the_year(cast: Cast) -> None:
    period = {
        str(one.quantity): one.period
        for one in _topic(cast, 5).indicators
        if one.quantity is not None
    }
    for figure in ("9", "20", "28"):
        assert period[figure] is IndicatorPeriod.CUMULATIVE
    for figure in ("2", "8", "5"):
        assert period[figure] is IndicatorPeriod.YEAR


def test_the_rank_that_breaks_off_is_told_without_a_guess(cast: Cast) -> None:
    (rank,) = (one for one in _topic(cast, 1).indicators if "两大赛道" in one.label)
    assert rank.quantity is None
    assert "中断" in rank.note


def test_every_key_suggestion_has_an_indicator_of_its_topic(cast: Cast) -> None:
    for topic in cast.topics:
        own = [one.code for one in topic.suggestions]
        assert sorted({one.suggestion for one in topic.indicators}) == sorted(own)


def test_what_the_report_does_not_say_is_marked(cast: Cast) -> None:
    assert all(one.illustrative for one in cast.units)
    assert all(one.illustrative for one in cast.supervisors)
    assert all(one.illustrative for one in cast.key_suggestions)
    assert cast.calendar.illustrative
    assert all("lead_unit" in one.illustrative for one in cast.topics)
    assert all(one.invented for one in cast.deputies[20:])
    assert not any(one.invented for one in cast.deputies[:20])


def test_nobody_invented_bears_a_published_name(cast: Cast) -> None:
    published = {name for names in DEPUTIES.values() for name in names} | set(OFFICIALS)
    invented = [one.name for one in cast.deputies if one.invented]
    invented += [one.name for one in cast.staff]
    assert not published & set(invented)
    assert len(set(invented)) == len(invented)
    assert len(published) == 27


def test_units_and_desks_are_staffed(cast: Cast) -> None:
    for unit in cast.units:
        assert cast.unit_staff(unit.code, StaffRole.UNIT_CLERK).code == f"clerk-{unit.code}"
        assert cast.unit_staff(unit.code, StaffRole.UNIT_HEAD).code == f"head-{unit.code}"
    assert len(cast.desk(StaffRole.COMMITTEE_CLERK)) == 1
    assert len(cast.desk(StaffRole.COMMITTEE_HEAD)) == 1
    assert len(cast.desk(StaffRole.CHAIRPERSONS)) == 1
    assert len(cast.desk(StaffRole.GOVERNMENT_CLERK)) == 2
    assert len(cast.desk(StaffRole.GOVERNMENT_LEADER)) == 1
    assert len(cast.desk(StaffRole.REVIEWER)) == 2
    assert len(cast.desk(StaffRole.SUPERVISING_COMMITTEE)) == 2


def test_the_lead_unit_of_a_topic_stands_below_its_lead_official(cast: Cast) -> None:
    portfolios = {one.code: one.portfolio for one in cast.officials}
    for topic in cast.topics:
        assert cast.portfolio_of(topic.lead_unit) == portfolios[topic.lead_official]


def test_the_seed_decides_the_invented_names_only() -> None:
    assert load_cast(1) == load_cast(1)
    one, other = load_cast(1), load_cast(2)
    assert one.topics == other.topics
    assert [each.name for each in one.staff] != [each.name for each in other.staff]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("units.yaml", "name: 市教育局", "nmae: 市教育局", "name"),
        ("units.yaml", "code: health", "code: education", "education"),
        ("congress.yaml", "term: 18", "term: 18\n  term: 19", "twice"),
        ("congress.yaml", "term: 18", "term: true", "term"),
        ("congress.yaml", "  session_cutoff: 2024-01-25\n", "", "session_cutoff"),
        ("congress.yaml", "total: 397", "total: 398", "ordinary"),
        ("officials.yaml", "[commerce, ", "[comerce, ", "comerce"),
        ("topics.yaml", "period: year}", "period: yaer}", "yaer"),
        ("topics.yaml", 'quantity: "1666"', 'quantity: "1666亩"', "quantity"),
        ("topics.yaml", "lead_deputy: 施祖堂", "lead_deputy: 应荣", "lead deputy twice"),
        ("topics.yaml", "lead_official: wei-bincong", "lead_official: nobody", "nobody"),
        ("people.yaml", "role: reviewer", "role: overseer", "overseer"),
    ],
)
def test_a_fault_in_the_data_is_refused(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    load_cast(folder=folder)
    _change(folder, name, old, new)
    with pytest.raises(DemoDataError, match=said):
        load_cast(folder=folder)


def test_a_duplicate_key_is_told_with_file_and_line(folder: Path) -> None:
    _change(folder, "fields.yaml", "illustrative: true", "illustrative: true\nillustrative: true")
    with pytest.raises(DemoDataError) as caught:
        load_cast(folder=folder)
    assert caught.value.where == "fields.yaml:5"
