import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PortRange } from "../../src/image/recipe.ts";
import { accounts } from "../../src/image/runtime/accounts.ts";
import { supervision } from "../../src/image/runtime/supervision.ts";
import { system } from "../../src/image/runtime/system.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash } from "./scratch-system.ts";

let work = "";
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "reconcile-ports-"));
});
afterAll(() => rmSync(work, { recursive: true }));

/** As "ss" says them. */
const socket = {
  web: 'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=8,fd=6))',
  low: "tcp LISTEN 0 128 *:7999 *:*",
  first: "tcp LISTEN 0 128 [::]:8000 [::]:*",
  last: "tcp LISTEN 0 128 0.0.0.0:8010 0.0.0.0:*",
  high: "tcp LISTEN 0 128 10.0.0.5%ens5:8011 0.0.0.0:*",
  taken: 'udp UNCONN 0 0 0.0.0.0:68 0.0.0.0:* users:(("python3",pid=11,fd=3))',
  datagrams: "udp UNCONN 0 0 0.0.0.0:8005 0.0.0.0:*",
  names: "udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*",
  ssh: "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*",
  // Of the system, and of no other machine's reach.
  lease: 'udp UNCONN 0 0 10.0.0.5%ens5:68 0.0.0.0:* users:(("systemd-network",pid=9,fd=18))',
  lease6: 'udp UNCONN 0 0 [fe80::1]%ens5:546 [::]:* users:(("dhclient",pid=7,fd=20))',
  loopback: "tcp LISTEN 0 128 127.0.0.53%lo:53 0.0.0.0:*",
  loopback6: "udp UNCONN 0 0 [::1]:323 [::]:*",
} as const;
const all = Object.keys(socket) as (keyof typeof socket)[];
const ofTheSystem = ["lease", "lease6", "loopback", "loopback6"];

/** Runs the check itself in bash, on a machine with these sockets. */
function check(sockets: readonly (keyof typeof socket)[], ranges: readonly string[], ss = "") {
  const waits = /^wait_for\(\) \{[\s\S]*?^\}$/m.exec(supervision)?.[0] ?? "";
  const ends =
    /^ends_empty\(\) \{[\s\S]*?^\}$/m.exec(accounts({ own: false, rules: false }))?.[0] ?? "";
  const lines = sockets.map((name) => socket[name]).join("\n");
  const program = `set -Eeuo pipefail
readonly work='${work}'
${system}
${waits}
${ends}
sleep() { :; }
ss() { cat <<'END'
${lines}
END
${ss}
}
only_listening "$@" >"$work/seen" & wait "$!" && echo kept || echo broken
cat "$work/seen"`;
  const output = execFileSync("bash", ["-c", program, "bash", ...ranges], { encoding: "utf8" });
  const [verdict, ...seen] = output.trimEnd().split("\n");
  return {
    verdict,
    others: all.filter((name) => seen.includes(socket[name])),
  };
}

describeWithBash("a socket that other machines reach", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["no range", [], []],
    ["one port", ["80"], ["web"]],
    ["a range, both of its ends", ["8000-8010"], ["first", "last"]],
    ["several", ["22", "80", "8000-8010"], ["ssh", "web", "first", "last"]],
    ["a range of UDP", ["udp:8000-8010"], ["datagrams"]],
    ["one port of UDP, not of TCP", ["udp:80", "udp:53"], ["names"]],
    [
      "every port of TCP but SSH's, and none of UDP",
      ["0-21", "23-65535"],
      ["web", "low", "first", "last", "high"],
    ],
    ["every port", ["0-65535", "udp:0-65535"], all.filter((name) => !ofTheSystem.includes(name))],
  ])("is let in by %s", (_, ranges, letIn) => {
    const { others } = check(all, ranges);
    expect(others).toEqual(all.filter((name) => ![...letIn, ...ofTheSystem].includes(name)));
  });

  test("and is in no range breaks the promise", () => {
    expect(check(["first", "last", "loopback", "lease"], ["8000-8010"]).verdict).toBe("kept");
    for (const name of ["low", "high", "datagrams", "taken"] as const) {
      const { verdict, others } = check([name, "first", "loopback"], ["8000-8010"]);
      expect([verdict, others]).toEqual(["broken", [name]]);
    }
  });
});

describeWithBash("sockets that cannot be listed", () => {
  test("are not taken for none", () => {
    expect(check([], ["80"]).verdict).toBe("kept");
    expect(check([], ["80"], "return 1").verdict).toBe("broken");
  });
});

test("the promise names the ranges as people do", () => {
  const promiseOf = (listeningPorts: readonly PortRange[]) =>
    renderBuildScript({ ...fullRecipe, listeningPorts }).checks.find(({ id }) => id === "ports")
      ?.promise;
  expect(promiseOf([])).toBe("no port is open to the network");
  expect(
    promiseOf([
      { protocol: "tcp", from: 80, to: 80 },
      { protocol: "tcp", from: 8000, to: 8010 },
      { protocol: "udp", from: 53, to: 53 },
    ]),
  ).toBe("no port is open to the network except 80, 8000-8010, udp:53");
});
