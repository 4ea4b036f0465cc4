import { beforeAll, describe, expect, test } from "vitest";
import type { ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { bodyOf, keepNotes, restoreNotes, withBody } from "./rebuild.ts";
import { accountRows } from "./sabotage-rows/accounts.ts";
import { applicationRows, program, running } from "./sabotage-rows/application.ts";
import { hardeningRows } from "./sabotage-rows/hardening.ts";
import { integrityRows } from "./sabotage-rows/integrity.ts";
import type { Sabotage } from "./sabotage-rows/sabotage.ts";
import { secretRows } from "./sabotage-rows/secrets.ts";

const recipe: ImageRecipe = {
  ...fullRecipe,
  family: "debian-12",
  release: "20251112-2294",
  // A container's limits cannot exceed this machine's own.
  openFiles: 12_345,
  // A router's. When the kernel begins to forward, it resets other settings. Of several numbers it makes its own columns.
  kernel: {
    "net.ipv4.conf.default.accept_source_route": "1",
    "net.ipv4.ip_forward": "1",
    "net.ipv4.tcp_rmem": "4096 131072 6000000",
  },
  listeningPorts: [
    { protocol: "tcp", from: 80, to: 80 },
    { protocol: "tcp", from: 8000, to: 8080 },
    { protocol: "udp", from: 5354, to: 5360 },
  ],
  application: fullRecipe.application && {
    ...fullRecipe.application,
    healthCheck: { protocol: "http", path: "/", statuses: "200" },
  },
};
const { script } = renderBuildScript(recipe);
/** With the function that fetches, which other sources do not need. */
const { script: fetching } = renderBuildScript({
  ...recipe,
  application: recipe.application && {
    ...recipe.application,
    source: { kind: "url", url: "https://example.com/x.py", sha256: "0".repeat(64) },
  },
});
// What the kernel keeps once for the whole machine is not a container's to set: those settings and
// their check have an emulated machine of their own. The network's are each container's.
const body = bodyOf(script)
  .filter((line) => !/^check_twice core-dumps /.test(line))
  .map((line) =>
    /^check_twice kernel /.test(line)
      ? line.replaceAll(/ -?(kernel|fs|vm|dev|net\.core)\.\S+/g, "")
      : line,
  );
const beforeRestart = body.slice(0, body.indexOf("restart_system"));
const steps = beforeRestart.filter((line) => !line.startsWith("check"));
const checks = beforeRestart.filter((line) => line.startsWith("check"));
const afterCleaning = body.slice(body.indexOf("remove_build_traces") + 1);

let root = "";

beforeAll(async () => {
  root = makeContainer("container");
  const { script: hardening, hash } = withBody(script, [...steps, run(keepNotes)]);
  const text = await runContainer({ root, script: hardening, network: "open", changes: "kept" });
  const verdict = parseVerdict(text, hash);
  expect(verdict.failure).toBeUndefined();
  expect(verdict.state).toBe("passed");
});

/** Runs that body on the hardened system, with a network of its own. */
async function verdictOf(
  lines: readonly string[],
  change?: (runtime: string) => string,
): Promise<Verdict> {
  const { script: sabotaged, hash } = withBody(fetching, lines, change);
  const text = await runContainer({
    root,
    script: sabotaged,
    network: "closed",
    changes: "discarded",
  });
  return parseVerdict(text, hash);
}

const run = (command: string) => `run_command '${command.replaceAll("'", "'\\''")}'`;
const failedOf = ({ checks }: Verdict) =>
  checks.filter(({ passed }) => !passed).map(({ id }) => id);

const datagrams = (port: number) =>
  `systemd-run --quiet python3 -c 'import socket, time; s = socket.socket(type=2); s.bind(("0.0.0.0", ${port})); time.sleep(600)'`;

const sabotages: readonly Sabotage[] = [
  [
    ["updates"],
    "a package is behind",
    "sed -i '/^Package: openssl$/,/^$/s/^Version: .*/Version: 3.0.1-1/' /var/lib/dpkg/status",
  ],
  [
    ["updates"],
    "a package that is behind is on hold",
    "sed -i '/^Package: openssl$/,/^$/s/^Version: .*/Version: 3.0.1-1/' /var/lib/dpkg/status; apt-mark hold openssl",
  ],
  [
    ["updates"],
    "a package that is behind is pinned below zero",
    "sed -i '/^Package: openssl$/,/^$/s/^Version: .*/Version: 3.0.1-1/' /var/lib/dpkg/status; printf '# ours\nPackage: openssl\nPin: version *\nPin-Priority: -1\n' >/etc/apt/preferences.d/x",
  ],
  [
    ["updates"],
    "the package manager has no sources left",
    ": >/etc/apt/sources.list; rm /var/lib/apt/lists/*_Packages",
  ],
  [["package:tree"], "a package is removed", "dpkg --remove tree"],
  [["service:chrony"], "a service is not enabled", "systemctl disable chrony"],
  [
    ["service:chrony", "time"],
    "a service is not running, so it does not answer either",
    "systemctl stop chrony",
  ],
  [
    ["time"],
    "the time daemon runs and does not answer",
    "printf 'cmdport 0\\nbindcmdaddress /\\n' >>/etc/chrony/chrony.conf; systemctl restart chrony",
  ],
  [
    ["time"],
    "the time daemon has no source, and says that it is fine",
    "rm -f /etc/chrony/sources.d/*; sed -i -E '/^(pool|server|sourcedir)/d' /etc/chrony/chrony.conf; systemctl restart chrony; chronyc -n tracking",
  ],
  [
    ["time"],
    "the time daemon trusts its own clock",
    "systemctl stop time-source; echo 'local stratum 3' >>/etc/chrony/chrony.conf; systemctl restart chrony",
  ],
  [["time"], "no source answers", "systemctl stop time-source; systemctl restart chrony"],
  [
    ["time"],
    "Amazon's source is none",
    "rm /etc/chrony/sources.d/amazon.sources; ip address add 169.254.169.5 peer 169.254.169.124 dev ec2; echo 'server 169.254.169.124 iburst' >>/etc/chrony/chrony.conf; systemctl restart chrony",
  ],
  [
    ["ipv6:boot"],
    "its setting is lost at the next boot",
    "rm /etc/sysctl.d/zz-reconcile-ipv6.conf",
  ],
  [
    ["ipv6:boot"],
    "a later file switches it on",
    "echo net.ipv6.conf.lo.disable_ipv6=0 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["ipv6:boot"],
    "a kernel would be started with it",
    "sed -i 's/ ipv6.disable=1//' /boot/grub/grub.cfg",
  ],
  [["ipv6:boot"], "no known boot loader starts the kernel", "rm /boot/grub/grub.cfg"],
  [
    ["ipv6:boot"],
    "the boot loader's configuration names no kernel",
    "sed -i '/linux/d' /boot/grub/grub.cfg",
  ],
  [
    ["open-files:users"],
    "the star's limit is gone",
    "sed -i '/^\\*/d' /etc/security/limits.d/zz-reconcile-files.conf",
  ],
  [
    ["open-files:users"],
    "one user has another limit",
    "echo 'admin - nofile 99' >/etc/security/limits.d/zzz.conf",
  ],
  [
    ["open-files:users"],
    "a group has another limit",
    "echo '@admin - nofile 99' >/etc/security/limits.d/zzz.conf",
  ],
  [
    ["open-files:root"],
    "root's limit is gone, which no star replaces",
    "sed -i '/^root/d' /etc/security/limits.d/zz-reconcile-files.conf",
  ],
  [
    ["open-files:services", "application:limits"],
    "systemd's limit is gone, and the application restarts without it",
    "rm /etc/systemd/system.conf.d/zz-reconcile-files.conf; systemctl daemon-reexec",
  ],
  ...accountRows,
  ...hardeningRows,
  ...integrityRows,
  [
    ["kernel"],
    "a later file contradicts a setting",
    "echo net.ipv4.tcp_syncookies=0 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "a later file contradicts a setting of the stack file",
    "echo net.ipv4.ip_forward=0 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "a later file contradicts one of several numbers",
    "echo net.ipv4.tcp_rmem=4096 131072 6000001 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "one interface takes packets from wrong sources, which counts beside the setting for all",
    "echo net.ipv4.conf.lo.rp_filter=2 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "one interface takes redirects, which counts beside the setting for all",
    "echo net.ipv4.conf.lo.accept_redirects=1 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["python:flask"],
    "a Python package is not installed as far as pip knows",
    "rm -r /opt/application/environment/lib/python3*/site-packages/[Ff]lask-*.dist-info",
  ],
  ...applicationRows,
  [
    ["ports"],
    "something listens on the port after a range",
    "systemd-run --quiet python3 -m http.server 8081",
  ],
  [["ports"], "something listens on the datagram port before a range", datagrams(5353)],
  [["ports"], "something takes datagrams on a port of TCP's", datagrams(8000)],
  [["ports"], "what takes the port of the DHCP client is none", datagrams(68)],
  [["verify:2"], "the user's own check", "rm /srv/own/ran"],
];

describe("a promise that is broken fails exactly its own check", () => {
  test.concurrent("none is broken, and all pass", async () => {
    const lines = [run(restoreNotes), ...checks, "remove_build_traces", ...afterCleaning];
    expect(await verdictOf(lines)).toMatchObject({ state: "passed" });
  });

  test.concurrent("what listens at both ends of a range breaks none of the ports", async () => {
    const verdict = await verdictOf([
      run("systemd-run --quiet python3 -m http.server 8000"),
      run("systemd-run --quiet python3 -m http.server 8080"),
      run(datagrams(5354)),
      run(datagrams(5360)),
      run("sleep 2; [ $(ss -Hlntu | grep -c -E ':(8000|8080|5354|5360) ') = 4 ]"),
      ...checks.filter((line) => line.startsWith("check_twice ports ")),
      "remove_build_traces",
    ]);
    expect(verdict).toMatchObject({ state: "passed", checks: [{ id: "ports" }] });
  });

  test.concurrent.each(sabotages)("%j: %s", async (fails, _, command) => {
    const verdict = await verdictOf(
      [run(`${restoreNotes}; ${command}`), ...checks, "remove_build_traces", ...afterCleaning],
      (runtime) => runtime.replace("waitsync 60", "waitsync 12"),
    );
    expect(failedOf(verdict)).toEqual(fails);
    expect(verdict.state).toBe("failed");
    expect(verdict.failure).toMatchObject({
      kind: "check",
      where: fails[0],
      // Only a command of the user's own is shown.
      command: fails[0] === "verify:2" ? "test -e /srv/own/ran" : "",
    });
    // Nothing is cleaned, and nothing more is verified, once a promise is broken.
    expect(verdict.checks.some(({ id }) => id.startsWith("clean:"))).toBe(false);
  });

  test.concurrent("an application that crashes again and again says first why", async () => {
    const crash = program("raise Exception('no database')");
    const verdict = await verdictOf([run(`${restoreNotes}; ${crash}`), ...checks]);
    expect(failedOf(verdict)).toEqual(running);
    for (const { seen } of verdict.checks.filter(({ passed }) => !passed)) {
      const said = seen.findIndex((line) => line.includes("no database"));
      const state = seen.findIndex((line) => line.includes("Active: "));
      expect([said >= 0, state > said, seen.some((line) => line.includes("kill"))]).toEqual([
        true,
        true,
        false,
      ]);
    }
  });

  const ids = sabotages.flatMap(([fails]) => fails);
  const covered = checks.map((line) => line.split(" ")[1] ?? "");
  test("every check is broken once", () => {
    // The rest are other packages and requirements, checked by the same functions.
    const alike = [
      "package:chrony",
      "package:telnet",
      "package:mtr",
      "python:gunicorn",
      "verify:1",
    ];
    expect(covered.filter((id) => !ids.includes(id))).toEqual(alike);
  });
});

const traces: readonly (readonly [fails: string, what: string, command: string])[] = [
  ["file:/etc/motd", "a file has other content", "echo more >>/etc/motd"],
  ["file:/etc/motd", "a file has another mode", "chmod 0664 /etc/motd"],
  ["file:/etc/motd", "a file has another owner", "chown admin /etc/motd"],
  ["file:/etc/reconcile.bin", "a file has another group", "chgrp root /etc/reconcile.bin"],
  ["file:/etc/reconcile.bin", "a file is gone", "rm /etc/reconcile.bin"],
  ["file:/etc/motd", "a file is a link to another", "mv /etc/motd /etc/x; ln -s x /etc/motd"],
  ["clean:identity", "the machine id is left", "systemd-machine-id-setup"],
  [
    "clean:identity clean:provisioning clean:logs clean:secrets",
    "there is no machine id file, which the next boot takes for a first installation",
    "rm /etc/machine-id",
  ],
  ["clean:identity clean:secrets", "SSH host keys are left", "ssh-keygen -q -A"],
  [
    "clean:identity",
    "a folder of the journal is left, whose name is the machine id",
    "mkdir -p /var/log/journal/0123456789abcdef0123456789abcdef",
  ],
  [
    "clean:identity",
    "a random seed is left",
    "head -c 32 /dev/urandom >/var/lib/systemd/random-seed",
  ],
  ["clean:identity", "a host id is left", "head -c 4 /dev/urandom >/etc/hostid"],
  [
    "clean:identity",
    "a name of this machine for a storage network is left",
    "mkdir -p /etc/iscsi; echo InitiatorName=iqn.1993-08.org.debian:01:a >/etc/iscsi/initiatorname.iscsi",
  ],
  [
    "clean:identity",
    "snapd's device key is left",
    "mkdir -p /var/lib/snapd/device/private-keys-v1; echo x >/var/lib/snapd/device/private-keys-v1/x",
  ],
  [
    "clean:provisioning",
    "cloud-init's state is left",
    "mkdir -p /var/lib/cloud/instances/i-0/scripts",
  ],
  ["clean:provisioning", "a DHCP lease is left", "echo x >/var/lib/dhcp/dhclient.eth0.leases"],
  [
    "clean:provisioning",
    "the identity of a DHCP client is left",
    "mkdir -p /var/lib/dhcpcd; echo x >/var/lib/dhcpcd/duid",
  ],
  [
    "clean:provisioning",
    "NetworkManager's secret is left, with which it makes addresses and identities",
    "mkdir -p /var/lib/NetworkManager; echo x >/var/lib/NetworkManager/secret_key",
  ],
  [
    "clean:provisioning",
    "EC2's name of the builder is left",
    "echo ip-10-0-0-12.ec2.internal >/etc/hostname",
  ],
  ["clean:logs", "a log is left", "echo x >/var/log/x.log"],
  ["clean:logs clean:secrets", "a history is left", "echo x >/home/admin/.bash_history"],
  [
    "clean:logs clean:secrets",
    "the history of a home without an account is left",
    "mkdir /var/lib/other; echo 'mysql -psecret' >/var/lib/other/.bash_history",
  ],
  ["clean:logs", "a temporary file is left", "echo x >/var/tmp/x"],
  ["clean:logs", "one is left that is named like X11's sockets", "mkdir /var/tmp/.x-unix"],
  [
    "clean:logs",
    "a service's private temporary file is left",
    "mkdir -p /var/tmp/systemd-private-0/tmp; echo x >/var/tmp/systemd-private-0/tmp/x",
  ],
  ...secretRows,
];

test.concurrent.each(traces)(
  "a trace that is left fails exactly %s: %s",
  async (fails, _, command) => {
    const verdict = await verdictOf(["remove_build_traces", run(command), ...afterCleaning]);
    expect(failedOf(verdict)).toEqual(fails.split(" "));
    expect(verdict.state).toBe("failed");
  },
);

/** A service of that name that writes a file over and over. */
const writer = (name: string, file: string) =>
  run(
    `mkdir -p $(dirname ${file}); printf '%s\\n' [Service] Restart=always "ExecStart=bash -c 'while sleep 0.1; do touch ${file}; done'" >/run/systemd/system/${name}.service; systemctl daemon-reload`,
  );

test.concurrent("what writes by itself leaves no trace after the cleaning", async () => {
  const verdict = await verdictOf([
    writer("refresh-policy-routes@", "/var/log/routes"),
    writer("amazon-ssm-agent", "/var/lib/amazon/ssm/registration"),
    run("systemctl start refresh-policy-routes@ens5 amazon-ssm-agent"),
    run(
      "systemd-run --quiet --on-active=0 --on-unit-active=3 --timer-property=AccuracySec=1ms touch /var/log/timer",
    ),
    // The DHCP client of Ubuntu 24.04.
    run("mkdir -p /var/lib/dhcpcd; touch /var/lib/dhcpcd/duid /var/lib/dhcpcd/ens5.lease"),
    // All of them have written, and the journal is on the disk.
    run("sleep 1; ls /var/log/journal/*/system.journal /var/log/routes /var/log/timer"),
    run("ls /var/lib/amazon/ssm/registration"),
    "remove_build_traces",
    // The journal looks after some seconds whether its file is still there.
    run("sleep 6; echo noise | systemd-cat; sleep 1"),
    // A service that begins later: a folder for its temporary files, with nothing in it.
    run("systemd-run --quiet --property=PrivateTmp=yes sleep 600; ls -d /tmp/systemd-private-*"),
    ...afterCleaning,
    "check 'folder' run_check 'test -d /var/lib/dhcpcd'",
  ]);
  expect(verdict.failure).toBeUndefined();
  expect(verdict.state).toBe("passed");
});

const failures: readonly (readonly [
  what: string,
  lines: readonly string[],
  expected: {
    readonly kind: string;
    readonly where: string;
    readonly command?: string;
    readonly output?: string;
  },
])[] = [
  [
    "a package that does not exist",
    ["install_packages 'no-such-package'"],
    {
      kind: "step",
      where: "install_packages no-such-package",
      command: "apt-get --no-install-recommends install -- no-such-package",
      output: "Unable to locate package no-such-package",
    },
  ],
  [
    "no network",
    ["refresh_package_lists"],
    { kind: "step", where: "refresh_package_lists", command: "apt-get update", output: "E: " },
  ],
  [
    "a service that does not exist",
    ["enable_services 'no-such-service'"],
    { kind: "step", where: "enable_services no-such-service", output: "no-such-service" },
  ],
  [
    "a service that waits for the end of the build",
    [
      run(
        'printf "[Unit]\\nAfter=build.service\\n[Service]\\nExecStart=sleep 600\\n[Install]\\nWantedBy=multi-user.target\\n" >/etc/systemd/system/late.service',
      ),
      "enable_services 'late'",
    ],
    {
      kind: "step",
      where: "enable_services late",
      command: "systemctl restart -- late",
      output: "late.service",
    },
  ],
  [
    "a full disk",
    [
      run("mount -t tmpfs -o size=16k none /srv"),
      `write_text_file '/srv/large' '0644' 'root' '${"x".repeat(65_536)}'`,
    ],
    { kind: "step", where: "write_text_file /srv/large", output: "No space left on device" },
  ],
  [
    "an owner who does not exist",
    ["write_text_file '/etc/x' '0644' 'nobody-of-that-name' 'x'"],
    { kind: "step", where: "write_text_file /etc/x", output: "invalid user" },
  ],
  [
    "a source with another SHA-256",
    [`fetch_application 'x.py' 'file:///opt/build' '${"0".repeat(64)}'`],
    { kind: "step", where: "fetch_application x.py", output: "the SHA-256 of the application" },
  ],
  [
    "an own command that fails",
    [run("true"), run("echo seen before; false; echo not reached")],
    {
      kind: "step",
      where: "run_command 2",
      command: "echo seen before; false; echo not reached",
      output: "seen before",
    },
  ],
  [
    "an own command that fails inside a pipe",
    [run("false | true")],
    { kind: "step", where: "run_command 1", command: "false | true" },
  ],
  [
    "an own command that hangs",
    [run("echo begun; sleep 600")],
    { kind: "timeout", where: "run_command 1", output: "begun" },
  ],
  [
    "a check that hangs",
    ["check 'slow' run_check 'sleep 600'"],
    { kind: "timeout", where: "check slow" },
  ],
  ["a build that is killed", [run("kill -KILL $PPID")], { kind: "ended", where: "run_command 1" }],
];

test.concurrent.each(failures)(
  "%s ends the build with the step, its command and its output",
  async (_, lines, expected) => {
    const verdict = await verdictOf([...lines, "remove_build_traces"], (runtime) =>
      runtime
        .replaceAll(/(?<=\btimeout=|\bTIMEOUT=)\d+/g, expected.kind === "timeout" ? "5" : "120")
        .replace("timeout 120 systemctl", "timeout 5 systemctl"),
    );
    expect(verdict.state).toBe("failed");
    expect(verdict.failure).toMatchObject({ kind: expected.kind, where: expected.where });
    if (expected.command !== undefined) expect(verdict.failure?.command).toBe(expected.command);
    expect(verdict.failure?.output.join("\n")).toContain(expected.output ?? "");
  },
);
