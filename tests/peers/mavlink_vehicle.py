"""A MAVLink vehicle of the tests: says it is there, and takes missions, fences and rally points it is sent."""

import threading
import time
from collections import defaultdict

from pymavlink import mavutil
from pymavlink.dialects.v20 import common as mavlink


class MavlinkVehicle:
    """Speaks to one ground station over UDP on loopback until `close`; `received` holds the items by mission type."""

    def __init__(self, port: int) -> None:
        self.link = mavutil.mavlink_connection(
            f"udpout:127.0.0.1:{port}", source_system=1, source_component=1, dialect="common"
        )
        self.received: dict[int, list[object]] = defaultdict(list)
        self.expected: dict[int, int] = {}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ends.set()
        self._thread.join(timeout=5)
        self.link.close()

    def _serve(self) -> None:
        told = 0.0
        while not self._ends.is_set():
            if time.monotonic() - told > 0.2:
                self.link.mav.heartbeat_send(
                    mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_AUTOPILOT_PX4, 0, 0, mavlink.MAV_STATE_STANDBY
                )
                told = time.monotonic()
            message = self.link.recv_match(blocking=True, timeout=0.05)
            if message is not None:
                self._answer(message, message.get_srcSystem(), message.get_srcComponent())

    def _answer(self, message: object, system: int, component: int) -> None:
        kind = message.get_type()
        if kind == "COMMAND_LONG":
            self.link.mav.command_ack_send(message.command, mavlink.MAV_RESULT_ACCEPTED)
            asked = int(message.param1)
            if message.command == mavlink.MAV_CMD_REQUEST_MESSAGE and asked == mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION:
                self._tell_version()
        elif kind == "MISSION_COUNT":
            self.expected[message.mission_type] = message.count
            self.received[message.mission_type] = []
            self._go_on(message.mission_type, system, component)
        elif kind == "MISSION_ITEM_INT":
            if message.seq == len(self.received[message.mission_type]):
                self.received[message.mission_type].append(message)
            self._go_on(message.mission_type, system, component)

    def _tell_version(self) -> None:
        able = (
            mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT
            | mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
            | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FENCE
            | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_RALLY
        )
        nothing = [0] * 8
        self.link.mav.autopilot_version_send(able, 0, 0, 0, 0, nothing, nothing, nothing, 0, 0, 1)

    def _go_on(self, kind: int, system: int, component: int) -> None:
        """Ask for the next item, or say that all are there."""
        if len(self.received[kind]) < self.expected[kind]:
            self.link.mav.mission_request_int_send(system, component, len(self.received[kind]), kind)
        else:
            self.link.mav.mission_ack_send(system, component, mavlink.MAV_MISSION_ACCEPTED, kind)
