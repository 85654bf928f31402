"""A radio band in memory: bumble's link, made to bear devices that leave without a word."""

import asyncio
import logging
from typing import Any, Final

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.link import LocalLink

# What bumble logs of a link that comes and goes is no news: we say it in words.
logging.getLogger("bumble").addHandler(logging.NullHandler())
logging.getLogger("bumble").propagate = False

TIMED_OUT: Final = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR


class Antenna(Controller):
    """bumble's virtual controller, with the end of a cancelled connection attempt told.

    Without it, connecting to a device that is not there would wait for ever.
    """

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Accept, and say that the connection will not come."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            self.send_hci_packet(
                hci.HCI_LE_Connection_Complete_Event(
                    status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                    connection_handle=0,
                    role=hci.Role.CENTRAL,
                    peer_address_type=pending.peer_address.address_type,
                    peer_address=pending.peer_address,
                    connection_interval=0,
                    peripheral_latency=0,
                    supervision_timeout=0,
                    central_clock_accuracy=0,
                )
            )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def time_out(self) -> None:
        """End all connections as if nothing had come over them for long."""
        for connection in list(self.le_connections.values()):
            self.on_le_disconnected(connection, TIMED_OUT)


class Air(LocalLink):
    """The link between antennas. One that is out of reach neither sends nor hears."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # bumble is typed in part
        self.out_of_reach: set[Controller] = set()

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Carry data between antennas in reach."""
        receiver = self.find_le_controller(destination_address)
        if receiver is not None and self._in_reach(sender_controller, receiver):
            super().send_acl_data(sender_controller, destination_address, transport, data)

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Carry an advertisement to the antennas in reach."""
        loop = asyncio.get_running_loop()
        for receiver in self.controllers:
            if receiver is not sender_controller and self._in_reach(sender_controller, receiver):
                loop.call_soon(receiver.on_ll_advertising_pdu, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Carry a control packet between antennas in reach; otherwise it is simply not heard."""
        sender = self.find_le_controller(sender_address)
        receiver = self.find_le_controller(receiver_address)
        if receiver is not None and sender is not None and self._in_reach(sender, receiver):
            super().send_ll_control_pdu(sender_address, receiver_address, packet)

    def antenna(self, name: str, address: str, **wiring: Any) -> Antenna:
        """A new antenna on this air; ``wiring`` is bumble's ``host_source`` and ``host_sink``."""
        return Antenna(name, link=self, public_address=address, **wiring)

    def remove(self, antenna: Antenna) -> None:
        """Take an antenna away; its peers notice at once."""
        for connection in list(antenna.le_connections.values()):
            peer = self.find_le_controller(connection.peer_address)
            if isinstance(peer, Antenna):
                peer.time_out()
        antenna.le_connections.clear()
        self.out_of_reach.discard(antenna)
        self.remove_controller(antenna)

    def _in_reach(self, *antennas: Controller) -> bool:
        return self.out_of_reach.isdisjoint(antennas)
