"""What the simulated yearbooks print, edition by edition: column headings, their levels and their units.

The wording drifts as that of the China City Statistical Yearbook does: sections, names, units, words for the whole city
and its districts, a second language. Headings are layout, not statistics. A heading that drifts is a mapping from the
edition that brought it in; `{unit}` in it is the printed unit, so that heading and figures cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")
#: a text for good, or from edition to text
Drift = str | Mapping[int, str]

FIRST_EDITION, LAST_EDITION = 2005, 2024
#: editions with English names and translations
BILINGUAL = {2016, *range(2018, LAST_EDITION + 1)}

#: the rows of the header from the title row down; a kind that is repeated is one merged cell
LAYOUTS: Mapping[int, tuple[str, ...]] = {
    2005: ("header", "scope", "unit"),
    2006: ("section", "header", "scope"),
    2008: ("section", "header", "header", "scope"),
    2009: ("section", "header", "scope"),
    2010: ("section", "header", "header", "scope"),
    2011: ("section", "section", "header", "scope"),
    2019: ("section", "section", "header", "english", "english", "scope"),
    2020: ("section", "section", "header", "scope"),
    2022: ("section", "section", "header", "header", "scope"),
}
#: the words for the whole city and for its districts, misread in some editions as scans of the real ones are
SCOPE_WORDS: Mapping[int, tuple[str, str]] = {
    2005: ("全市", "市辖区"),
    2006: ("全  市", "市辖区"),
    2008: ("全市", "市辖区"),
    2010: ("全巿", "市辖区"),
    2011: ("全巿", "巿辖区"),
    2012: ("全市", "市辖区"),
    2016: ("全 市 Total City", "市辖区 Districts under City"),
    2017: ("全市", "市辖区\n"),
    2018: ("全市", "市辖区"),
    2020: ("全市                                  Total City", "市辖区 Districts under City"),
}

_SECTIONS: dict[str, Drift] = {
    "population": {2006: "人口", 2012: "人口状况", 2018: "人口及户数", 2020: "2-1 人口及户数", 2022: "2-1 人口数"},
    "labour": {
        2006: "劳动力与就业",
        2011: "劳动与就业",
        2012: "劳动力就业状况",
        2020: "2-22 劳动力就业状况",
        2022: "2-18 劳动力就业及收入状况",
    },
    "industries": {
        2006: "按三次产业的单位从业人员就业状况（{unit}）",
        2012: "按产业划分的年末单位从业人员（{unit}）",
        2016: "按产业划分的年末城镇单位从业人员（{unit}）",
        2019: "按产业划分的年末城镇单位就业人员（{unit}）",
        2020: "2-23 按产业划分的年末城镇单位就业人员（{unit}）",
    },
    "industry_shares": {
        2006: "单位从业人员就业结构（{unit}）",
        2012: "按产业划分的年末单位从业人员构成（{unit}）",
        2019: "按产业划分的年末城镇单位就业人员构成（{unit}）",
        2020: "2-24 按产业划分的年末城镇单位就业人员构成（{unit}）",
    },
    "sectors": {
        2006: "按行业分组的单位从业人员（{unit}）",
        2016: "按行业分组的城镇单位从业人员（{unit}）",
        2017: "按行业分组的年末城镇单位从业人员（{unit}）",
        2019: "按行业分组的年末城镇单位就业人员({unit})",
        2020: "2-25 按行业分组的年末城镇单位就业人员(一) （{unit}）",
    },
    "land": {
        2006: "土地资源（一）",
        2010: "土地资源",
        2012: "行政区域土地面积及人口密度",
        2020: "2-3 行政区域土地面积",
    },
    "gdp": {
        2006: "综合经济（一）",
        2010: "综合经济",
        2012: "地区生产总值",
        2020: "2-9 地区生产总值",
        2022: "2-7 地区生产总值",
    },
    "gdp_shares": {
        2006: "综合经济（二）",
        2010: "综合经济（{unit}）",
        2012: "地区生产总值构成（{unit}）",
        2020: "2-10 地区生产总值构成（{unit}）",
        2022: "2-8 地区生产总值构成",
    },
    "industry": {2006: "工业总产值", 2012: "规模以上工业总产值", 2020: "2-17 规模以上工业企业"},
    "investment": {
        2006: "固定资产投资（{unit}）",
        2012: "固定资产投资情况（{unit}）",
        2018: "房地产投资情况（{unit}）",
    },
    "retail": {2006: "商业经济", 2012: "社会消费品零售总额及批发零售贸易业情况", 2020: "2-15 社会消费品零售总额"},
    "foreign": {
        2006: "外商直接投资",
        2012: "利用外资情况",
        2018: "对外经济贸易",
        2020: "2-16 对外经济贸易",
        2022: "2-13 对外经济贸易",
    },
    "budget_total": {
        2006: "财政(全市)（{unit}）",
        2012: "地方财政一般预算内收支状况(全市)（{unit}）",
        2015: "地方公共财政收支状况（全市）（{unit}）",
        2018: "地方一般公共预算收支状况(全市)（{unit}）",
        2020: "2-11 地方一般公共预算收支状况(全市) （{unit}）",
        2022: "2-9 地方一般公共预算收支状况（全市） （{unit}）",
    },
    "budget_districts": {
        2006: "财政(市辖区)（{unit}）",
        2012: "地方财政一般预算内收支状况(市辖区)（{unit}）",
        2015: "地方公共财政收支状况(市辖区)（{unit}）",
        2018: "地方一般公共预算收支状况(市辖区)（{unit}）",
        2020: "2-12 地方一般公共预算收支状况(市辖区) （{unit}）",
        2022: "2-10 地方一般公共预算收支状况(市辖区) （{unit}）",
    },
    "finance": {
        2006: "金融（万元）",
        2012: "年末金融机构存贷款余额（万元）",
        2020: "2-13 年末金融机构存贷款余额（万元）",
    },
    "wages": {
        2006: "劳动工资",
        2012: "在岗职工人数及工资状况",
        2018: "在岗职工数及工资状况",
        2019: "在岗职工人数及工资状况",
        2020: "2-31 在岗职工人数及工资状况",
        2022: "2-18 劳动力就业及收入状况",
    },
    "schools": {2006: "学校数（所）", 2020: "2-32 学校数(一) （所）"},
    "health": {2006: "卫生", 2012: "医院、卫生院数，床位数和医生数", 2020: "2-38 医院、床位和医生数"},
    "telecom": {
        2006: "通信",
        2012: "电话及互联网用户数(全市)",
        2018: "邮政、电信业发展情况（全市）",
        2020: "2-45 邮政、电信业发展情况(全市)",
        2022: "2-32 邮政、电信业发展情况(全市)",
    },
    "patents": {2018: "科技创新情况（全市）", 2020: "2-21 科技创新情况（全市）", 2022: "2-17 科技创新情况 （全市）"},
    "gas": {2006: "城市燃气用量(市辖区)", 2020: "2-43 液化石油气供应及利用情况(市辖区)"},
    "environment": {2006: "环境状况(全市)", 2020: "2-5 工业废水排放量(全市)"},
}

_PERSONS_OR_10K = {2005: "万人", 2015: "人"}
_HOUSEHOLDS = {2005: "户", 2013: "万户"}
_TRADE_UNIT = {2018: "万美元", 2019: "万元"}
_ENGLISH_UNITS = {
    "万人": "10 000 persons",
    "人": "person",
    "万元": "10 000 yuan",
    "亿元": "100 000 000 yuan",
    "元": "yuan",
    "万美元": "USD 10 000",
    "万户": "10 000 households",
    "%": "%",
    "件": "piece",
}


@dataclass(frozen=True)
class Item:
    """A heading: its section, what it counts, how it is worded, the scopes it is printed for, and in which editions.

    quantity: a column of the city panel, or a name of its own for a table that no study asks for.
    scopes: 'both' (a column for the city and one for its districts), or the one scope that is printed or that the
        section states ('total', 'districts', 'section total', 'section districts').
    """

    section: str
    quantity: str
    header: Drift
    english: str
    unit: Drift
    scopes: str = "both"
    first: int = FIRST_EDITION
    last: int = LAST_EDITION


@dataclass(frozen=True)
class Column:
    """One printed column: the text of each kind of header row ('' where it has none), and what stands below."""

    texts: Mapping[str, str]
    quantity: str
    scope: str
    unit: str


def at(drift: Drift, edition: int) -> str:
    """The wording in force in an edition; '' before the first."""
    return drift if isinstance(drift, str) else since(drift, edition, "")


def since(drift: Mapping[int, _T], edition: int, before: _T) -> _T:
    """The entry that the latest edition up to this one brought in."""
    known = [first for first in drift if first <= edition]
    return drift[max(known)] if known else before


def columns_of(edition: int) -> Iterator[Column]:
    """The columns of an edition from left to right, without those of names."""
    for item in _ITEMS:
        if item.first <= edition <= item.last and at(item.header, edition):
            yield from _columns(item, edition)


def _columns(item: Item, edition: int) -> Iterator[Column]:
    unit = at(item.unit, edition)
    words = dict(zip(("total", "districts"), since(SCOPE_WORDS, edition, ("", "")), strict=True))
    header = at(item.header, edition).replace("{unit}", unit)
    english = f"{item.english} ({_ENGLISH_UNITS[unit]})" if unit in _ENGLISH_UNITS else item.english
    if edition in BILINGUAL and edition != 2019 and item.english:
        header = f"{header} {english}"
    for scope in ("total", "districts") if item.scopes == "both" else (item.scopes.split()[-1],):
        yield Column(
            texts={
                "section": at(_SECTIONS[item.section], edition).replace("{unit}", unit),
                "header": header,
                "english": english if item.english else "",
                # The oldest layout has no sections, and a row of scopes for every column.
                "scope": words[scope] if edition == 2005 or not item.scopes.startswith("section") else "",
                "unit": unit,
            },
            quantity=item.quantity,
            scope=scope,
            unit=unit,
        )


# ---- the items, in the order of print --------------------------------------------------------------------

#: sector -> flat wording of 2005, wording of 2006 (dots instead of commas in some editions), English
SECTORS = {
    "emp_s01_agriculture": ("农林牧渔业", "农、林、牧、渔业", "Primary Industry"),
    "emp_s02_mining": ("采掘业", "采矿业", "Mining"),
    "emp_s03_manufacturing": ("制造业", "制造业", "Manufacturing"),
    "emp_s04_utilities": (
        "电力煤气及水生产供应业",
        "电力、燃气及水的生产和供应业",
        "Production and Distribution of Electricity",
    ),
    "emp_s05_construction": ("建筑业", "建筑业", "Construction"),
    "emp_s06_transport": ("交通仓储邮电业", "交通运输、仓储和邮政业", "Traffic, Transport, Storage and Post"),
    "emp_s07_it": (
        "信息传输、计算机服务和软件业",
        "信息传输、计算机服务和软件业",
        "Information Transmission and Software",
    ),
    "emp_s08_trade": ("批发零售贸易业", "批发和零售业", "Wholesale and Retail Trades"),
    "emp_s09_hotel_catering": ("住宿餐饮业", "住宿、餐饮业", "Hotels and Catering Services"),
    "emp_s10_finance": ("金融业", "金融业", "Financial Intermediation"),
    "emp_s11_realestate": ("房地产业", "房地产业", "Real Estate"),
    "emp_s12_leasing_business": ("租赁和商业服务业", "租赁和商业服务业", "Leasing and Business Services"),
    "emp_s13_science": (
        "科研、技术服务和地质勘查业",
        "科学研究、技术服务和地质勘查业",
        "Scientific Research and Technical Service",
    ),
    "emp_s14_water_env_public": (
        "水利、环境和公共设施管理业",
        "水利、环境和公共设施管理业",
        "Management of Water Conservancy, Environment",
    ),
    "emp_s15_resident_services": ("居民服务和其他服务业", "居民服务和其他服务业", "Services to Households"),
    "emp_s16_education": ("教育业", "教育", "Education"),
    "emp_s17_health_social": ("卫生、社会保险和社会福利业", "卫生、社会保障和社会福利业", "Health and Social Work"),
    "emp_s18_culture_sport": ("文化、体育和娱乐业", "文化、体育和娱乐业", "Culture, Sports and Entertainment"),
    "emp_s19_public_admin": ("公共管理和社会组织", "公共管理和社会组织", "Public Management and Social Organization"),
}


def _sector_items() -> Iterator[Item]:
    for number, (sector, (flat, name, english)) in enumerate(SECTORS.items(), start=1):
        dotted = name.replace("、", ".")
        # From 2013 on the sectors are numbered within the secondary and the tertiary industry.
        if number == 1:
            numbered = "第一产业({})"
        elif number <= 5:
            numbered = f"{'第二产业' if number == 2 else ''}({number - 1}){{}}"
        else:
            numbered = f"{'第三产业' if number == 6 else ''}({number - 5}){{}}"
        header = {
            2005: f"{flat}从业人员数（{{unit}}）",
            2006: name,
            2008: dotted,
            2009: name,
            2013: numbered.format(dotted),
            2016: numbered.format(name),
            2017: numbered.format(dotted),
            2018: numbered.format(name),
        }
        yield Item("sectors", f"{sector}_10k_persons", header, english, _PERSONS_OR_10K, last=2020)


def _industry_items() -> Iterator[Item]:
    for industry, name, english in (
        ("primary", "第一产业", "Primary Industry"),
        ("secondary", "第二产业", "Secondary Industry"),
        ("tertiary", "第三产业", "Tertiary Industry"),
    ):
        farming = "(农、林、牧、渔业)" if industry == "primary" else ""
        header = {
            2005: f"{name}{farming.replace('、', '')}从业人员",
            2006: f"{name}{farming}从业人员数",
            2008: f"{name}{farming}",
            2013: f"{name}{farming.replace('、', '.')}",
            2018: name,
        }
        yield Item("industries", f"emp_{industry}_10k_persons", header, english, _PERSONS_OR_10K, last=2020)
    for industry, name in (("primary", "第一产业"), ("secondary", "第二产业"), ("tertiary", "第三产业")):
        header = {2005: f"{name}从业人员比重", 2006: f"{name} 从业人员比重", 2008: f"{name}从业人员比重"}
        yield Item("industry_shares", f"emp_share_{industry}_pct", header, "", "%", last=2020)


def _budget_items() -> Iterator[Item]:
    for scope in ("total", "districts"):
        wordings: tuple[tuple[str, Drift], ...] = (
            (
                "budget_revenue_100m_cny",
                {
                    2005: "地方财政预算内收入（{unit}）",
                    2006: "地方财政一般预算内收入",
                    2008: "地方政财一般预算内收入",
                    2009: "地方财政一般预算内收入",
                    2015: "公共财政收入",
                    2018: "地方一般公共预算收入",
                },
            ),
            (
                "budget_expenditure_100m_cny",
                {
                    2005: "地方财政预算内支出（{unit}）",
                    2006: "地方财政一般预算内支出",
                    2015: "公共财政支出",
                    2018: "地方一般公共预算支出",
                },
            ),
            (
                "exp_science_100m_cny",
                {
                    2005: "科学事业费支出（{unit}）",
                    2006: "其中：科学支出",
                    2008: "其中：科技支出",
                    2010: "科学技术支出",
                },
            ),
            ("exp_education_100m_cny", {2005: "教育事业费支出（{unit}）", 2006: "其中：教育支出", 2010: "教育支出"}),
        )
        for quantity, header in wordings:
            yield Item(f"budget_{scope}", quantity, header, "", "万元", f"section {scope}")


def _gdp_items() -> Iterator[Item]:
    unit = {2005: "万元", 2020: "亿元"}
    header = {
        2005: "地区生产总值（{unit}）",
        2006: "地区生产总值(当年价格)({unit})",
        2010: "地区生产总值(当年价格{unit})",
    }
    header |= {2012: "地区生产总值(当年价格)({unit})"}
    # The edition of 2018 prints the districts only.
    for scopes, first, last in (("both", 2005, 2017), ("districts", 2018, 2018), ("both", 2019, LAST_EDITION)):
        for quantity, wording, english, of in (
            ("gdp_100m_cny", header, "Gross Regional Product", unit),
            ("gdp_per_capita_cny", "人均地区生产总值({unit})", "Per Capita GRP", "元"),
            ("gdp_growth_pct", "地区生产总值增长率({unit})", "GRP Growth Rate", "%"),
        ):
            yield Item("gdp", quantity, wording, english, of, scopes, first, last)
        for industry, name, english in (
            ("primary", "第一产业", "Primary Industry as Percentage to GRP"),
            ("secondary", "第二产业", "Secondary Industry as Percentage to GRP"),
            ("tertiary", "第三产业", "Tertiary Industry as Percentage to GRP"),
        ):
            share: Drift = {
                2005: f"{name}占GDP的比重",
                2006: f"{name}占GDP的比重（{{unit}}）",
                2016: f"{name}占GRP的比重（{{unit}}）",
                2018: f"{name}占GDP的比重（{{unit}}）",
                2020: f"{name}占地区 生产总值的比重（{{unit}}）",
            }
            yield Item("gdp_shares", f"gdp_share_{industry}_pct", share, english, "%", scopes, first, last)


_ITEMS: tuple[Item, ...] = (
    Item(
        "population",
        "pop_registered_yearend_10k_persons",
        {
            2005: "年末总人口（{unit}）",
            2006: "年末总人口({unit})",
            2016: "年末户籍人口 ({unit})",
            2022: "户籍人口({unit})",
        },
        "Household Registered Population at Year-end",
        "万人",
    ),
    Item(
        "population",
        "pop_nonagri_10k_persons",
        {2005: "非农业人口（{unit}）", 2006: "其中：非农业人口({unit})"},
        "",
        "万人",
        last=2009,
    ),
    Item(
        "population",
        "pop_average_10k_persons",
        "年平均人口({unit})",
        "Annual Average Population",
        "万人",
        first=2010,
        last=2021,
    ),
    Item("population", "natural_growth", "自然增长率（{unit}）", "Natural Growth Rate", "‰", "total", last=2021),
    Item(
        "labour",
        "emp_unit_total_10k_persons",
        {
            2005: "单位从业人员（{unit}）",
            2006: "年末单位从业人员数（{unit}）",
            2015: "从业人员期末人数（{unit}）",
            2016: "城镇单位从业人员期末人数（{unit}）",
            2022: "城镇非私营单位从业人员期末人数（{unit}）",
        },
        "Persons Employed in Urban Units at Year-end",
        _PERSONS_OR_10K,
    ),
    Item(
        "labour",
        "emp_private_selfemployed_10k_persons",
        {2005: "私营和个体从业人员", 2006: "城镇私营和个体从业人员（{unit}）"},
        "Persons Employed in Private Enterprises and Self-Employed Individuals in Urban Areas",
        "人",
        last=2020,
    ),
    Item(
        "labour",
        "unemployed_registered_persons",
        {
            2005: "年末城镇失业（登记）人数（{unit}）",
            2006: "年末城镇登记失业人员数（{unit}）",
            2015: "城镇登记失业人员数（{unit}）",
        },
        "Registered Unemployed Persons in Urban Areas",
        "人",
        last=2020,
    ),
    *_industry_items(),
    *_sector_items(),
    Item(
        "land",
        "land_area",
        "行政区域土地面积（{unit}）",
        "Total Land Area of Administrative Region",
        "平方公里",
        "total",
    ),
    *_gdp_items(),
    Item("industry", "industrial_enterprises", "工业企业数（{unit}）", "Number of Industrial Enterprises", "个"),
    Item("industry", "industrial_output", "工业总产值(当年价、{unit})", "", "万元", "total", last=2017),
    Item(
        "investment",
        "fai_100m_cny",
        {2005: "固定资产投资总额（{unit}）", 2006: "全社会固定资产投资总额", 2013: "固定资产投资(不含农户)"},
        "Investment in Fixed Assets",
        "万元",
        last=2017,
    ),
    Item(
        "investment",
        "real_estate",
        {2005: "房地产开发投资额（{unit}）", 2006: "房地产开发投资完成额"},
        "",
        "万元",
        last=2021,
    ),
    Item("retail", "retail_sales", "社会消费品零售总额({unit})", "Total Retail Sales of Consumer Goods", "万元"),
    Item("foreign", "imports_100m_cny", "货物进口额 ({unit})", "Import Volume of Goods", _TRADE_UNIT, "total", 2018),
    Item("foreign", "exports_100m_cny", "货物出口额 ({unit})", "Export Volume of Goods", _TRADE_UNIT, "total", 2018),
    Item(
        "foreign",
        "contracts",
        "外商直接投资合同项目({unit})",
        "Number of Projects Contracted",
        "个",
        "total",
        last=2020,
    ),
    Item(
        "foreign",
        "fdi_actual_10k_usd",
        "当年实际使用外资金额({unit})",
        "Amount of Foreign Capital Actually Utilized",
        "万美元",
        last=2020,
    ),
    *_budget_items(),
    Item("finance", "deposits", "年末金融机构存款余额", "Deposits of National Banking System at Year-end", "万元"),
    Item("finance", "loans", "年末金融机构各项贷款余额", "Loans of National Banking System at Year-end", "万元"),
    Item(
        "wages",
        "staff_onpost_average_10k_persons",
        {
            2005: "在岗职工平均人数（{unit}）",
            2006: "在岗职工平均人数({unit})",
            2008: "在岗职工半均人数({unit})",
            2009: "在岗职工平均人数({unit})",
            2022: "城镇非私营单位在岗职工平均人数（{unit}）",
        },
        "Average Number of Employed Staff and Workers",
        "万人",
    ),
    Item(
        "wages",
        "wage_bill_onpost_100m_cny",
        {
            2005: "在岗职工工资总额（{unit}）",
            2006: "在岗职工工资总额({unit})",
            2022: "城镇非私营单位在岗职工工资总额（{unit}）",
        },
        "Total Wage Bill of Employed Staff and Workers",
        "万元",
    ),
    Item(
        "wages",
        "wage_average_onpost_cny",
        {
            2005: "职工平均工资（{unit}）",
            2006: "职工平均工资({unit})",
            2017: "在岗职工平均工资({unit})",
            2022: "城镇非私营单位在岗职工平均工资（{unit}）",
        },
        "Average Wage of Employed Staff and Workers",
        "元",
    ),
    Item("schools", "schools", "普通中学学校数（{unit}）", "Regular Secondary Schools", "所", "total"),
    Item("health", "hospital_beds", "医院、卫生院床位数({unit})", "Number of Beds of Hospitals", "张"),
    Item("telecom", "mobile_phones", "移动电话年末用户数(万户)", "Subscribers of Mobile Telephones", "万户", "total"),
    Item(
        "telecom",
        "internet_users_10k_households",
        {2005: "国际互连网用户数量（{unit}）", 2006: "国际互联网用户数({unit})", 2013: "互联网宽带接入用户数({unit})"},
        "Number of Subscribers of Internet Services",
        _HOUSEHOLDS,
        "total",
        last=2022,
    ),
    Item("patents", "patents_applied_items", "专利申请数（{unit}）", "", "件", "section total", 2018, 2021),
    Item("patents", "patents_granted_items", "专利授权数（{unit}）", "", "件", "section total", 2018),
    Item("patents", "patents_granted_invention_items", "发明（{unit}）", "Invention", "件", "section total", 2018),
    Item("gas", "gas_supply", "煤气供气总量(万立方米)", "", "万立方米", "districts", last=2017),
    Item("gas", "lpg_supply", "液化石油气供气总量({unit})", "Liquefied Petroleum Gas", "吨", "districts"),
    Item("environment", "waste_water", "工业废水排放量({unit})", "Industrial Waste Water Discharged", "万吨", "total"),
)
