import { beforeAll, describe, expect, test } from "vitest";
import type { ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { bodyOf, keepNotes, restoreNotes, withBody } from "./rebuild.ts";
import { accountRows } from "./sabotage-rows/accounts.ts";
import { applicationRows, running } from "./sabotage-rows/application.ts";
import {
  breakOneByOne,
  expectFails,
  failedOf,
  failsOf,
  groupsOf,
  titled,
  withFails,
} from "./sabotage-rows/groups.ts";
import { hardeningRows } from "./sabotage-rows/hardening.ts";
import { integrityRows } from "./sabotage-rows/integrity.ts";
import { namedActs } from "./sabotage-rows/integrity-names.ts";
import type { Sabotage } from "./sabotage-rows/sabotage.ts";
import { secretRows } from "./sabotage-rows/secrets.ts";
import { connections, datagrams, systemRows } from "./sabotage-rows/system.ts";
import { traceRows } from "./sabotage-rows/traces.ts";

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
const sabotages: readonly Sabotage[] = [
  ...systemRows,
  ...accountRows,
  ...hardeningRows,
  ...integrityRows,
  ...applicationRows,
];

describe("a promise that is broken fails exactly its own check", () => {
  test.concurrent("none is broken, and all pass", async () => {
    const lines = [run(restoreNotes), ...checks, "remove_build_traces", ...afterCleaning];
    expect(await verdictOf(lines)).toMatchObject({ state: "passed" });
  });

  test.concurrent("what listens at both ends of a range breaks none of the ports", async () => {
    const verdict = await verdictOf([
      run(connections(8000)),
      run(connections(8080)),
      run(datagrams(5354)),
      run(datagrams(5360)),
      run("[ $(ss -Hlntu | grep -c -E ':(8000|8080|5354|5360) ') = 4 ]"),
      ...checks.filter((line) => line.startsWith("check_twice ports ")),
      "remove_build_traces",
    ]);
    expect(verdict).toMatchObject({ state: "passed", checks: [{ id: "ports" }] });
  });

  /** The verdict of the rows' sabotage, all in one container. */
  const verdictOfRows = (rows: readonly Sabotage[]) =>
    verdictOf(
      [
        run(restoreNotes),
        ...breakOneByOne(rows, checks, run),
        ...checks,
        "remove_build_traces",
        ...afterCleaning,
      ],
      (runtime) => withFails(runtime).replace("waitsync 60", "waitsync 12"),
    );

  test.concurrent.each(titled(groupsOf(sabotages)))("%s", async (_, rows) => {
    const verdict = await verdictOfRows(rows);
    const fails = failsOf(rows, checks);
    await expectFails(rows, verdict, fails, verdictOfRows);
    expect(verdict.failure).toMatchObject({
      kind: "check",
      where: fails[0],
      // Only a command of the user's own is shown.
      command: fails[0] === "verify:2" ? "test -e /srv/own/ran" : "",
    });
    // Nothing is cleaned, and nothing more is verified, once a promise is broken.
    expect(verdict.checks.some(({ id }) => id.startsWith("clean:"))).toBe(false);
  });

  // In one container: the check names each of them.
  test.concurrent("what integrity checks find is named, each thing of it", async () => {
    const acts = Object.values(namedActs).flat();
    const commands = acts.map(([command]) => run(command));
    const verdict = await verdictOf([run(restoreNotes), ...commands, ...checks]);
    for (const [id, expected] of Object.entries(namedActs)) {
      const { passed, seen = [] } = verdict.checks.find((check) => check.id === id) ?? {};
      expect(passed, id).toBe(false);
      const missing = expected.filter(([, line]) => !seen.some((each) => line.test(each)));
      expect({ missing, seen }).toMatchObject({ missing: [] });
    }
  });

  test.concurrent("an application that crashes again and again says first why", async () => {
    // At once, however busy this machine is: a process that takes three seconds to crash counts as one that runs.
    const crash =
      "printf '#!/bin/bash\\necho no database\\nexit 1\\n' >/opt/application/start; systemctl restart application";
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

describe("a trace that is left fails exactly its own check", () => {
  const checksOfTraces = afterCleaning.filter((line) => line.startsWith("check "));
  const verdictOfRows = (rows: readonly Sabotage[]) =>
    verdictOf(
      ["remove_build_traces", ...breakOneByOne(rows, checksOfTraces, run), ...afterCleaning],
      withFails,
    );

  test.concurrent.each(titled(groupsOf([...traceRows, ...secretRows])))("%s", async (_, rows) => {
    const verdict = await verdictOfRows(rows);
    await expectFails(rows, verdict, failsOf(rows, checksOfTraces), verdictOfRows);
  });
});

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
