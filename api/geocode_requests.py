# ruff: noqa: N815
"""Questions about names and places over HTTP, checked: MOTIS' parameters with MOTIS' defaults."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from api.requests import Languages


class MatchType(StrEnum):
    """What a name names, in MOTIS' words."""

    ADDRESS = "ADDRESS"
    PLACE = "PLACE"
    STOP = "STOP"


class GeocodeQuery(BaseModel):
    """Parameters of `/geocode`."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=200, examples=["海浜幕張"])
    language: Languages = ["ja"]
    type: MatchType | None = None
    place: str | None = Field(None, description="`lat,lon`: places around it come first", examples=["35.6483,140.0418"])
    placeBias: float = Field(1.0, ge=0, description="0 switches the preference for places around `place` off")
    numResults: int = Field(10, ge=1, le=100)


class ReverseGeocodeQuery(BaseModel):
    """Parameters of `/reverse-geocode`."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(description="`lat,lon`", examples=["35.6483,140.0418"])
    language: Languages = ["ja"]
    type: MatchType | None = None
    numResults: int = Field(5, ge=1, le=100)
