"""Answers NTP on 169.254.169.123, as EC2 does for its instances.

The address is behind a network device of its own, so that no socket of this system listens for it.
"""

import fcntl
import os
import struct
import subprocess
import time

TUNSETIFF = 0x400454CA
IFF_TUN_WITHOUT_HEADER = 0x1001

device = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"ec2", IFF_TUN_WITHOUT_HEADER))
for command in ["address add 169.254.169.1 peer 169.254.169.123 dev ec2", "link set ec2 up"]:
    subprocess.run(["ip", *command.split()], check=True)


def timestamp():
    """Seconds since 1900, and their fraction (RFC 5905, section 6)."""
    now = time.time() + 2_208_988_800
    return struct.pack(">II", int(now), int(now % 1 * 2**32))


def checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


while True:
    packet = os.read(device, 2048)
    source, target = packet[12:16], packet[16:20]
    if packet[0] != 0x45 or packet[9] != 17 or packet[22:24] != b"\0\x7b":
        continue
    request, received = packet[28:76], timestamp()
    # A server of version 4 and stratum 3, with its precision, delay and dispersion.
    answer = struct.pack(">BBBbII", 0x24, 3, request[2], -20, 16, 16) + target + received
    answer += request[40:48] + received + timestamp()
    datagram = packet[22:24] + packet[20:22] + struct.pack(">HH", 8 + len(answer), 0) + answer
    header = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17)
    addresses = target + source
    sum_of_header = struct.pack(">H", checksum(header + b"\0\0" + addresses))
    os.write(device, header + sum_of_header + addresses + datagram)
