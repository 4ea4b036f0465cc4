import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { type BootResult, bootMachine, copyBaseDisk, listDisk, readDisk } from "./machine.ts";
import { bodyOf, withBody } from "./rebuild.ts";

const recipe = { ...fullRecipe, family: "debian-12", release: "20251112-2294" } as const;
const built = renderBuildScript(recipe);
const port = 18_080;

describe("debian-12, built and booted again", () => {
  let disk = "";
  let first: BootResult;
  beforeAll(async () => {
    disk = copyBaseDisk("debian");
    first = await bootMachine({
      disk,
      script: built.script,
      instanceId: "i-builder",
      kernelArguments: "root=/dev/vda ro",
      network: "open",
      timeoutSeconds: 1_500,
    });
  });

  test("the build hardens, verifies every promise, says so and powers off", () => {
    const verdict = parseVerdict(first.console, built.hash);
    expect(verdict.failure).toBeUndefined();
    expect(verdict.checks.map(({ id }) => id)).toEqual(built.checks.map(({ id }) => id));
    expect(verdict.state).toBe("passed");
    expect(first.poweredOff).toBe(true);
  });

  test("the verdict is the last line of the build on the console", () => {
    const lines = first.console.split("\n").filter((line) => line.includes("reconcile:"));
    expect(lines.at(-1)).toContain(` verdict passed ${built.checks.length} `);
  });

  test("nothing of a file or the user data is said on the console", () => {
    expect(first.console).not.toContain("Welcome to the tier");
    expect(first.console).not.toContain("Flask(__name__)");
  });

  test("the image holds no identity, history or log of the builder", () => {
    expect(readDisk(disk, "/etc/machine-id")?.length).toBe(0);
    expect(listDisk(disk, "/etc/ssh").filter((name) => name.startsWith("ssh_host_"))).toEqual([]);
    expect(readDisk(disk, "/var/lib/systemd/random-seed")).toBeUndefined();
    expect(readDisk(disk, "/root/.bash_history")).toBeUndefined();
    const accounts = readDisk(disk, "/etc/shadow")?.toString().trim().split("\n") ?? [];
    expect(accounts.filter((line) => !/^[^:]+:[!*]/.test(line))).toEqual([]);
    for (const name of ["instance", "instances", "data", "sem"]) {
      expect(listDisk(disk, "/var/lib/cloud")).not.toContain(name);
    }
    for (const name of ["syslog", "cloud-init.log", "cloud-init-output.log", "dpkg.log", "wtmp"]) {
      expect(listDisk(disk, "/var/log")).not.toContain(name);
    }
    expect(listDisk(disk, "/var/lib/apt/lists")).toEqual([]);
    // The sockets' folders of a display server, which systemd makes at every boot.
    expect(listDisk(disk, "/tmp").filter((name) => !/^\.[\w-]+-unix$/.test(name))).toEqual([]);
  });

  test("a new server keeps every promise after its own boot, needs nothing from outside, and serves HTTP", async () => {
    // What only the builder can know: the package lists and its own traces are gone.
    const lines = bodyOf(built.script).filter((line) =>
      /^check '(?!updates|release|clean:)/.test(line),
    );
    const { script, hash } = withBody(
      built.script,
      [...lines, ...kernelSabotages(lines)],
      (runtime) => runtime.replace(/^step\(\) \{$/m, `${fails}\nstep() {`),
    );
    const kernelArguments = defaultKernelArguments(disk);
    expect(kernelArguments).toContain("ipv6.disable=1");
    const machine = bootMachine({
      disk,
      script,
      instanceId: "i-server",
      kernelArguments,
      network: "closed",
      forwardedPort: port,
      timeoutSeconds: 1_200,
    });
    const [second, answer] = await Promise.all([machine, firstAnswer(machine)]);
    const verdict = parseVerdict(second.console, hash);
    expect(verdict.failure).toBeUndefined();
    expect(verdict.state).toBe("passed");
    expect(verdict.checks).toHaveLength(lines.length + kernelContradictions.length);
    expect(answer).toBe("It works\n");
    // Its own identity, made at its own first boot.
    expect(readDisk(disk, "/etc/machine-id")?.toString()).toMatch(/^[0-9a-f]{32}\n$/);
  });
});

/** What only a kernel of one's own can show: a later file that contradicts is found by its check. */
const kernelContradictions = [
  ["kernel", "kernel.sysrq=1"],
  ["kernel", "kernel.kptr_restrict=0"],
  ["kernel", "fs.protected_symlinks=0"],
  ["core-dumps", "kernel.core_pattern=core"],
  ["core-dumps", "fs.suid_dumpable=1"],
] as const;

/** The check that has to fail, as a check that passes when it does. */
const fails = 'fails() { "$@" & if wait "$!"; then return 1; fi; }';

function kernelSabotages(lines: readonly string[]): readonly string[] {
  return kernelContradictions.flatMap(([id, setting]) => {
    const line = lines.find((each) => each.startsWith(`check '${id}' `)) ?? "";
    const [, call = ""] = /^check '[^']*' '[^']*' (.*)$/.exec(line) ?? [];
    return [
      `run_command 'echo ${setting} >/etc/sysctl.d/zzz.conf'`,
      `check '${id}:${setting}' 'is noticed' fails ${call}`,
      "run_command 'rm /etc/sysctl.d/zzz.conf'",
    ];
  });
}

/** What the image's own boot loader would start its kernel with. */
function defaultKernelArguments(disk: string): string {
  const config = readDisk(disk, "/boot/grub/grub.cfg")?.toString() ?? "";
  const [, line = ""] = /^\s*linux\s+\S+\s+(.*)$/m.exec(config) ?? [];
  return line.replace(/root=\S+/, "root=/dev/vda");
}

/** The application's first answer, from outside; undefined when the machine is off before there is one. */
async function firstAnswer(machine: Promise<unknown>): Promise<string | undefined> {
  const off = new AbortController();
  machine.finally(() => off.abort());
  while (!off.signal.aborted) {
    try {
      const signal = AbortSignal.any([off.signal, AbortSignal.timeout(10_000)]);
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal });
      if (response.ok) return await response.text();
    } catch {
      // Not yet up. The pace of asking, not a wait for a state.
      await sleep(1_000);
    }
  }
  return undefined;
}
