"""The scaling of tags that a person sets, over REST: set and shown as limits are."""

from collections.abc import Mapping
from typing import ClassVar

from mqtt_plot.parsers.tag_metadata import SCALING_FIELDS
from mqtt_plot.web.api.limits import LimitsHandler
from mqtt_plot.web.auth.users import Role
from mqtt_plot.web.base import BaseHandler


class ScalingHandler(LimitsHandler):
    """GET, PUT and DELETE: how the raw values of a tag become those that are stored. What is set here takes the place of the device's."""

    roles: ClassVar[Mapping[str, Role]] = {**BaseHandler.roles, "PUT": Role.WRITE, "DELETE": Role.WRITE}
    name = "scaling"
    fields = SCALING_FIELDS
