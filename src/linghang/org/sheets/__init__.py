"""The sheets 党组织 (`party_units`) and 业务单位 (`business_units`); loading them registers the plans."""

from linghang.org.sheets.business_units import BusinessUnitSheet
from linghang.org.sheets.party_units import PartyUnitSheet

__all__ = ["BusinessUnitSheet", "PartyUnitSheet"]
