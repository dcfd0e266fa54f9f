"""The two standards, and the causes of interruptions by which DL/T 836 takes the indices apart."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Classes of DL/T 836.1: what an interruption is due to."""

    FAULT_INTERNAL = "fault_internal"  # 内部故障停电
    FAULT_EXTERNAL = "fault_external"  # 外部故障停电
    MAINTENANCE = "maintenance"  # 检修停电
    CONSTRUCTION = "construction"  # 施工停电
    CONSTRUCTION_EXTERNAL = "construction_external"  # 外部施工停电
    USER_REQUEST = "user_request"  # 用户申请停电
    SHORTAGE_SOURCE = "shortage_source"  # 系统电源不足限电
    SHORTAGE_NETWORK = "shortage_network"  # 供电网限电
    TRANSFER = "transfer"  # 调电停电
    OTHER = "other"

    @property
    def is_fault(self) -> bool:
        """Return whether it is a fault (SAIDI-F)."""
        return self in {Cause.FAULT_INTERNAL, Cause.FAULT_EXTERNAL}

    @property
    def is_planned(self) -> bool:
        """Return whether it was arranged beforehand (预安排停电, SAIDI-S)."""
        return not self.is_fault and self is not Cause.OTHER

    @property
    def is_external(self) -> bool:
        """Return whether it came from outside the own network (left out of SAIDI-2)."""
        return self in {Cause.FAULT_EXTERNAL, Cause.CONSTRUCTION_EXTERNAL}


# What files call them, besides the words that PARTS find. A word that is nowhere counts as OTHER.
WORDS: dict[str, Cause] = {
    "fault": Cause.FAULT_INTERNAL,
    "internal": Cause.FAULT_INTERNAL,
    "internal fault": Cause.FAULT_INTERNAL,
    "unplanned": Cause.FAULT_INTERNAL,
    "external": Cause.FAULT_EXTERNAL,
    "external fault": Cause.FAULT_EXTERNAL,
    "计划": Cause.MAINTENANCE,
    "计划停电": Cause.MAINTENANCE,
    "临时停电": Cause.MAINTENANCE,
    "预安排": Cause.MAINTENANCE,
    "预安排停电": Cause.MAINTENANCE,
    "planned": Cause.MAINTENANCE,
    "scheduled": Cause.MAINTENANCE,
    "限电": Cause.SHORTAGE_SOURCE,
    "shortage": Cause.SHORTAGE_SOURCE,
    "source shortage": Cause.SHORTAGE_SOURCE,
    "load shedding": Cause.SHORTAGE_SOURCE,
    "momentary": Cause.OTHER,  # how long it was, not why
    "短时停电": Cause.OTHER,
    "其他": Cause.OTHER,
    **{cause.value.replace("_", " "): cause for cause in Cause},
}
# Parts of the Chinese names of the classes, the telling one first: 计划检修停电, 外部临时施工停电 …
PARTS: tuple[tuple[str, Cause], ...] = (
    ("外部故障", Cause.FAULT_EXTERNAL),
    ("故障", Cause.FAULT_INTERNAL),
    ("申请", Cause.USER_REQUEST),
    ("电源不足", Cause.SHORTAGE_SOURCE),
    ("供电网限电", Cause.SHORTAGE_NETWORK),
    ("调电", Cause.TRANSFER),
    ("检修", Cause.MAINTENANCE),
    ("施工", Cause.CONSTRUCTION),
)


def find_cause(category: str) -> Cause | None:
    """Return the class a category of a file stands for, None for a word that is not known."""
    word = " ".join(category.lower().replace("_", " ").replace("-", " ").split())
    if word in WORDS:
        return WORDS[word]
    found = next((cause for part, cause in PARTS if part in word), None)
    if found is Cause.CONSTRUCTION and "外部" in word:
        return Cause.CONSTRUCTION_EXTERNAL
    return found


class Voltage(StrEnum):
    """Classes of customers: DL/T 836 evaluates each by itself."""

    LOW = "low"  # 低压用户, 380/220 V
    MEDIUM = "medium"  # 中压用户, 10 (6, 20) kV; a public transformer counts as one customer
    HIGH = "high"  # 高压用户, 35 kV and more


VOLTAGE_WORDS: dict[str, Voltage] = {
    **{voltage.value: voltage for voltage in Voltage},
    **dict.fromkeys(("低压", "低压用户", "lv", "380v", "220v", "0.4kv"), Voltage.LOW),
    **dict.fromkeys(("中压", "中压用户", "mv", "10kv", "20kv", "6kv"), Voltage.MEDIUM),
    **dict.fromkeys(("高压", "高压用户", "hv", "35kv", "66kv", "110kv"), Voltage.HIGH),
}


def find_voltage(text: str) -> Voltage | None:
    """Return the class of customers a word stands for, None for a word that is not known."""
    return VOLTAGE_WORDS.get("".join(text.lower().split()))


@dataclass(frozen=True)
class Standard:
    """What a standard decides.

    An interruption of more than `limit_minutes` is sustained (持续停电), any other momentary
    (短时停电). `counts_momentary` says whether the leading indices hold the momentary ones too:
    SAIDI-1 and SAIFI-1 of DL/T 836 do, SAIDI and SAIFI of IEEE 1366 do not. `has_causes` says whether
    it names the classes of causes, so that a category outside them is a doubt.
    """

    code: str
    title: str
    limit_minutes: float
    counts_momentary: bool
    has_causes: bool


DLT836 = Standard("dlt836", "DL/T 836.1-2016", 3, counts_momentary=True, has_causes=True)
IEEE1366 = Standard("ieee1366", "IEEE 1366-2022", 5, counts_momentary=False, has_causes=False)
STANDARDS = {standard.code: standard for standard in (DLT836, IEEE1366)}
