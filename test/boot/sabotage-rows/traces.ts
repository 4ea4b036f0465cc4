import type { Sabotage } from "./sabotage.ts";

/** What is done to a system that is cleaned already. */
export const traceRows: readonly Sabotage[] = [
  [["file:/etc/motd"], "a file has other content", "echo more >>/etc/motd"],
  [["file:/etc/motd"], "a file has another mode", "chmod 0664 /etc/motd"],
  [["file:/etc/motd"], "a file has another owner", "chown admin /etc/motd"],
  [["file:/etc/reconcile.bin"], "a file has another group", "chgrp root /etc/reconcile.bin"],
  [["file:/etc/reconcile.bin"], "a file is gone", "rm /etc/reconcile.bin"],
  [["file:/etc/motd"], "a file is a link to another", "mv /etc/motd /etc/x; ln -s x /etc/motd"],
  [["clean:identity"], "the machine id is left", "systemd-machine-id-setup"],
  [
    ["clean:identity", "clean:provisioning", "clean:logs", "clean:secrets"],
    "there is no machine id file, which the next boot takes for a first installation",
    "rm /etc/machine-id",
  ],
  [["clean:identity", "clean:secrets"], "SSH host keys are left", "ssh-keygen -q -A"],
  [
    ["clean:identity"],
    "a folder of the journal is left, whose name is the machine id",
    "mkdir -p /var/log/journal/0123456789abcdef0123456789abcdef",
  ],
  [
    ["clean:identity"],
    "a random seed is left",
    "head -c 32 /dev/urandom >/var/lib/systemd/random-seed",
  ],
  [["clean:identity"], "a host id is left", "head -c 4 /dev/urandom >/etc/hostid"],
  [
    ["clean:identity"],
    "a name of this machine for a storage network is left",
    "mkdir -p /etc/iscsi; echo InitiatorName=iqn.1993-08.org.debian:01:a >/etc/iscsi/initiatorname.iscsi",
  ],
  [
    ["clean:identity"],
    "snapd's device key is left",
    "mkdir -p /var/lib/snapd/device/private-keys-v1; echo x >/var/lib/snapd/device/private-keys-v1/x",
  ],
  [
    ["clean:provisioning"],
    "cloud-init's state is left",
    "mkdir -p /var/lib/cloud/instances/i-0/scripts",
  ],
  [["clean:provisioning"], "a DHCP lease is left", "echo x >/var/lib/dhcp/dhclient.eth0.leases"],
  [
    ["clean:provisioning"],
    "the identity of a DHCP client is left",
    "mkdir -p /var/lib/dhcpcd; echo x >/var/lib/dhcpcd/duid",
  ],
  [
    ["clean:provisioning"],
    "NetworkManager's secret is left, with which it makes addresses and identities",
    "mkdir -p /var/lib/NetworkManager; echo x >/var/lib/NetworkManager/secret_key",
  ],
  [
    ["clean:provisioning"],
    "EC2's name of the builder is left",
    "echo ip-10-0-0-12.ec2.internal >/etc/hostname",
  ],
  [["clean:logs"], "a log is left", "echo x >/var/log/x.log"],
  [["clean:logs", "clean:secrets"], "a history is left", "echo x >/home/admin/.bash_history"],
  [
    ["clean:logs", "clean:secrets"],
    "the history of a home without an account is left",
    "mkdir /var/lib/other; echo 'mysql -psecret' >/var/lib/other/.bash_history",
  ],
  [["clean:logs"], "a temporary file is left", "echo x >/var/tmp/x"],
  [["clean:logs"], "one is left that is named like X11's sockets", "mkdir /var/tmp/.x-unix"],
  [
    ["clean:logs"],
    "a service's private temporary file is left",
    "mkdir -p /var/tmp/systemd-private-0/tmp; echo x >/var/tmp/systemd-private-0/tmp/x",
  ],
];
