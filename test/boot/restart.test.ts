import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { billPath, readPurl, unpackConsoleList } from "../../src/image/packages.ts";
import type { ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { afterRestart, bodyOf, keepNotes, restoreNotes, withBody } from "./rebuild.ts";
import { expectFails, failedOf, failsOf, titled } from "./sabotage-rows/groups.ts";
import type { Sabotage } from "./sabotage-rows/sabotage.ts";

const recipe: ImageRecipe = {
  ...fullRecipe,
  family: "debian-12",
  release: "20251112-2294",
  // A container's limits cannot exceed this machine's own.
  openFiles: 12_345,
};
const { script } = renderBuildScript(recipe);
// What the kernel has once for the whole machine is not a container's to set.
const body = bodyOf(script)
  .filter((line) => !/^check_twice core-dumps /.test(line))
  .map((line) =>
    /^check_twice kernel /.test(line)
      ? line.replaceAll(/ -?(kernel|fs|vm|dev|net\.core)\.\S+/g, "")
      : line,
  );
const firstCheck = body.findIndex((line) => line.startsWith("check"));
const restarted = afterRestart(body);
// Without the network of this machine itself, whose settings a container cannot change.
const verification = withBody(script, [`run_command '${restoreNotes}'`, ...body.slice(firstCheck)]);

let root = "";
let console = "";

beforeAll(async () => {
  root = makeContainer("restarted");
  const { script: steps } = withBody(script, [
    ...body.slice(0, firstCheck),
    `run_command '${keepNotes}'`,
  ]);
  await runContainer({ root, script: steps, network: "open", changes: "kept" });
  const { script: build } = verification;
  console = await runContainer({ root, script: build, network: "closed", changes: "kept" });
});

test("a build restarts once, and verifies its promises before and after", () => {
  const verdict = parseVerdict(console, verification.hash);
  expect(verdict.failure).toBeUndefined();
  expect(verdict.state).toBe("passed");
  const at = body.indexOf("restart_system");
  const cleaned = body.slice(body.indexOf("remove_build_traces"));
  const ids = [...body.slice(0, at), ...restarted, ...cleaned].flatMap(
    (line) => /^check(?:_twice)? (\S+) /.exec(line)?.[1] ?? [],
  );
  expect(verdict.checks.map(({ id }) => id)).toEqual(ids);
});

test("the bill of materials is on the console and in the image, and says what dpkg says", () => {
  const path = `${root}${billPath}`;
  const document: unknown = JSON.parse(readFileSync(path, "utf8"));
  const purls = unpackConsoleList(parseVerdict(console, verification.hash).packages) ?? [];
  const components = purls.map((purl) => {
    const { name, version } = readPurl(purl) ?? {};
    return { type: "library", name, version, purl };
  });
  expect(document).toEqual({ bomFormat: "CycloneDX", specVersion: "1.6", components });
  const asked = ["Package", "Version", "Status"].map((field) => `\${${field}}`).join(" ");
  const query = [`--admindir=${root}/var/lib/dpkg`, "-Wf", `${asked}\n`];
  const listed = execFileSync("dpkg-query", query, { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => /^(\S+ \S+) install ok installed$/.exec(line)?.[1] ?? []);
  expect(listed.some((line) => line.startsWith("bash "))).toBe(true);
  const ofDebian = components.filter(({ purl }) => purl.startsWith("pkg:deb/debian/"));
  expect(ofDebian.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual(
    listed.toSorted(),
  );
  expect(purls).toContainEqual(expect.stringMatching(/^pkg:pypi\/flask@\d/));
  expect(statSync(path)).toMatchObject({ uid: 0, gid: 0, mode: 0o100644 });
});

test("nothing of the way through the restart is in the image", () => {
  expect(existsSync(`${root}/var/lib/reconcile`)).toBe(false);
  for (const folder of ["", "/sysinit.target.wants"]) {
    expect(readdirSync(`${root}/etc/systemd/system${folder}`)).not.toContain(
      "reconcile-build.service",
    );
  }
});

test.concurrent("Lynis, an auditor that knows nothing of this build, finds the image hardened", async () => {
  const audit =
    "lynis audit system --quick --no-colors >/dev/null; grep hardening_index= /var/log/lynis-report.dat >/dev/console";
  const { script: audited } = withBody(script, [`run_command '${audit}'`]);
  const text = await runContainer({
    root,
    script: audited,
    network: "closed",
    changes: "discarded",
    lent: ["/usr/sbin/lynis", "/usr/share/lynis", "/etc/lynis"],
  });
  // 69 for this image, whose SSH server is masked; Debian's own system has 53. Two runs may differ by a
  // point or two.
  expect(Number(/hardening_index=(\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(67);
});

/** Restarts the image after that command, and reads what the build says of it. */
async function verdictAfter(command: string): Promise<Verdict & { readonly text: string }> {
  const lines = [
    `run_command '${restoreNotes}; ${command.replaceAll("'", "'\\''")}'`,
    "restart_system",
  ];
  const { script: sabotaged, hash } = withBody(
    script,
    [...lines, ...restarted, "remove_build_traces"],
    (runtime) => runtime.replaceAll("wait_for 300", "wait_for 8"),
  );
  const text = await runContainer({
    root,
    script: sabotaged,
    network: "closed",
    changes: "discarded",
  });
  return { ...parseVerdict(text, hash), text };
}

const unit = (name: string, ...lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map((line) => `'${line.replaceAll("'", "'\\''")}'`).join(" ")} >/etc/systemd/system/${name}`;
const atBoot = (name: string, ...lines: readonly string[]) =>
  `${unit(`${name}.service`, "[Service]", ...lines, "[Install]", "WantedBy=multi-user.target")}; systemctl enable ${name}`;
const listens = (port: number) => `ExecStart=/usr/bin/python3 -m http.server ${port}`;

// The first, because it takes longest.
test.concurrent("a file system that cannot be mounted stops the boot, and not the verdict", async () => {
  const verdict = await verdictAfter("echo 'none /srv tmpfs size=none 0 0' >>/etc/fstab");
  expect(verdict.state).toBe("failed");
  expect(failedOf(verdict)).toContain("boot");
});

/**
 * Each group shares one restart, because a restart takes longest. No two rows of a group fail the same check, so each
 * check that fails is one row's.
 */
const groups: readonly (readonly Sabotage[])[] = [
  [
    [
      ["boot:ports"],
      "a service that is enabled and was not started listens",
      atBoot("listening", listens(9999)),
    ],
    [
      ["ipv6:now", "boot:kernel"],
      "a service undoes kernel settings when it starts",
      atBoot(
        "undoing",
        "Type=oneshot",
        "ExecStart=/bin/sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6'",
      ),
    ],
    [
      ["boot:system"],
      "another line for /tmp lets everybody start programs there",
      "sed -i '/tmp none bind/s/,noexec//' /etc/fstab",
    ],
    [
      ["open-files:processes"],
      "a service that is enabled sets its own limit of open files",
      atBoot("limited", "LimitNOFILE=1024:4096", "ExecStart=/bin/sleep infinity"),
    ],
    [["boot"], "a service fails when it starts", atBoot("failing", "ExecStart=/bin/false")],
  ],
  [
    [
      ["boot:ports"],
      "a socket that is enabled and was not started listens",
      [
        unit("own.socket", "[Socket]", "ListenStream=9999", "[Install]", "WantedBy=sockets.target"),
        unit("own.service", "[Service]", "ExecStart=/bin/cat"),
        "systemctl enable own.socket",
      ].join("; "),
    ],
    [
      ["boot:passwords"],
      "a service sets a password when it starts",
      atBoot("password", "Type=oneshot", "ExecStart=/usr/sbin/usermod --password x admin"),
    ],
    [
      ["boot:system"],
      "a service mounts /dev/shm without its limits",
      atBoot("mounting", "Type=oneshot", "ExecStart=/bin/mount -o remount,exec /dev/shm"),
    ],
    [
      ["open-files:processes"],
      "a service of the base image gets another limit",
      `mkdir -p /etc/systemd/system/chrony.service.d; ${unit("chrony.service.d/own.conf", "[Service]", "LimitNOFILE=999")}`,
    ],
  ],
  [
    [
      ["open-files:processes", "boot:integrity:added", "boot:ports"],
      "a script of the boot listens, and lowers the limit of another process that it starts",
      "printf '#!/bin/sh\\npython3 -m http.server 6666 &\\nulimit -n 99\\nsleep infinity &\\n' >/etc/rc.local; chmod 755 /etc/rc.local",
    ],
  ],
  [
    [
      ["boot:ports"],
      "a timer starts what listens five minutes after the boot",
      [
        unit("own.service", "[Service]", listens(7777)),
        unit("own.timer", "[Timer]", "OnBootSec=5min", "[Install]", "WantedBy=timers.target"),
        "systemctl enable own.timer",
      ].join("; "),
    ],
    [
      ["boot"],
      "a service never finishes its start, so that the boot does not end",
      atBoot("endless", "Type=oneshot", "ExecStart=/bin/sleep infinity"),
    ],
  ],
];
test.concurrent.each(titled(groups))("fails after the restart: %s", async (_, rows) => {
  const verdictOf = (some: readonly Sabotage[]) =>
    verdictAfter(some.map(([, , command]) => command).join("; "));
  const verdict = await verdictOf(rows);
  await expectFails(rows, verdict, failsOf(rows, restarted), verdictOf);
  for (const { passed, id, seen } of verdict.checks) {
    expect([id, passed || seen.length > 0]).toEqual([id, true]);
  }
  expect(verdict.text).not.toMatch(/ step \d+\/\d+ remove_build_traces/);
});

test.concurrent.each([
  ["a command restarts the system in order", "systemctl reboot; sleep 60", "run_command 1"],
  [
    "a command restarts the system at once",
    "sync; systemctl reboot -ff; sleep 60",
    "run_command 1",
  ],
  [
    "a service restarts the system at every boot",
    atBoot("restarting", "ExecStart=/bin/systemctl reboot -ff"),
    "",
  ],
])("%s: the build has failed, and says why", async (_, command, where) => {
  const { state, failure } = await verdictAfter(command);
  expect(state).toBe("failed");
  expect(failure).toMatchObject({ kind: "restarted", where: expect.stringContaining(where) });
});

test.concurrent("a system that is switched off between the verdicts has none", async () => {
  const { state, text } = await verdictAfter(
    atBoot("stopping", "ExecStart=/bin/systemctl poweroff -ff"),
  );
  expect(state).toBe("running");
  expect(text).toMatch(/ restart passed 0 /);
});
