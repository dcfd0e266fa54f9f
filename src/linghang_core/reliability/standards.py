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


# What files call them. A word that is not here counts as OTHER and is reported.
WORDS: dict[str, Cause] = {
    "内部故障停电": Cause.FAULT_INTERNAL,
    "内部故障": Cause.FAULT_INTERNAL,
    "故障停电": Cause.FAULT_INTERNAL,
    "故障": Cause.FAULT_INTERNAL,
    "fault": Cause.FAULT_INTERNAL,
    "internal": Cause.FAULT_INTERNAL,
    "unplanned": Cause.FAULT_INTERNAL,
    "外部故障停电": Cause.FAULT_EXTERNAL,
    "外部故障": Cause.FAULT_EXTERNAL,
    "external": Cause.FAULT_EXTERNAL,
    "检修停电": Cause.MAINTENANCE,
    "检修": Cause.MAINTENANCE,
    "计划检修停电": Cause.MAINTENANCE,
    "临时检修停电": Cause.MAINTENANCE,
    "计划": Cause.MAINTENANCE,
    "计划停电": Cause.MAINTENANCE,
    "预安排停电": Cause.MAINTENANCE,
    "planned": Cause.MAINTENANCE,
    "scheduled": Cause.MAINTENANCE,
    "施工停电": Cause.CONSTRUCTION,
    "施工": Cause.CONSTRUCTION,
    "内部施工停电": Cause.CONSTRUCTION,
    "外部施工停电": Cause.CONSTRUCTION_EXTERNAL,
    "用户申请停电": Cause.USER_REQUEST,
    "用户申请": Cause.USER_REQUEST,
    "系统电源不足限电": Cause.SHORTAGE_SOURCE,
    "限电": Cause.SHORTAGE_SOURCE,
    "shortage": Cause.SHORTAGE_SOURCE,
    "load_shedding": Cause.SHORTAGE_SOURCE,
    "供电网限电": Cause.SHORTAGE_NETWORK,
    "调电停电": Cause.TRANSFER,
    "调电": Cause.TRANSFER,
    "other": Cause.OTHER,
    "其他": Cause.OTHER,
    **{cause.value: cause for cause in Cause},
}


@dataclass(frozen=True)
class Standard:
    """What a standard decides.

    An interruption of more than `limit_minutes` is sustained (持续停电), any other momentary
    (短时停电). `counts_momentary` says whether the leading indices hold the momentary ones too:
    SAIDI-1 and SAIFI-1 of DL/T 836 do, SAIDI and SAIFI of IEEE 1366 do not.
    """

    code: str
    title: str
    limit_minutes: float
    counts_momentary: bool


DLT836 = Standard("dlt836", "DL/T 836.1-2016", 3, counts_momentary=True)
IEEE1366 = Standard("ieee1366", "IEEE 1366-2022", 5, counts_momentary=False)
STANDARDS = {standard.code: standard for standard in (DLT836, IEEE1366)}
