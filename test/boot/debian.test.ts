import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { promisesOf } from "../../src/image/promises.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { type BootResult, baseDisk, bootMachine, copyDisk, listDisk, readDisk } from "./machine.ts";
import { bodyOf, withBody } from "./rebuild.ts";
import { withFails } from "./sabotage-rows/groups.ts";
import { addTimeSourceToDisk } from "./time-source.ts";

const recipe = { ...fullRecipe, family: "debian-12", release: "20251112-2294" } as const;
const built = renderBuildScript(recipe);
const port = 18_080;

describe("debian-12, built and booted again", () => {
  let disk = "";
  let first: BootResult;
  beforeAll(async () => {
    disk = copyDisk(baseDisk, "debian");
    addTimeSourceToDisk(disk);
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
    const passed = verdict.checks.map(({ id }) => id);
    expect(promisesOf(passed)).toEqual(built.checks.map(({ id }) => id));
    expect(passed).toContain("boot:ports");
    expect(verdict.state).toBe("passed");
    expect(first.poweredOff).toBe(true);
  });

  test("what is installed was not there before, and what is brought up to date was behind", () => {
    for (const name of ["chrony", "telnet", "mtr-tiny", "tree", "python3-venv"]) {
      expect([name, versionOf(baseDisk, name)]).toEqual([name, undefined]);
      expect(versionOf(disk, name)).toBeDefined();
    }
    expect(versionOf(baseDisk, "openssl")).toBeDefined();
    expect(versionOf(disk, "openssl")).not.toBe(versionOf(baseDisk, "openssl"));
  });

  test("the verdict is the last line of the build on the console", () => {
    const lines = first.console.split("\n").filter((line) => line.includes("reconcile:"));
    const body = bodyOf(built.script);
    const checks = [
      ...body.filter((line) => /^check(_twice)? /.test(line)),
      ...body.filter((line) => line.startsWith("check_twice ")),
    ];
    expect(lines.at(-1)).toContain(` verdict passed ${checks.length} `);
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
    expect(listDisk(disk, "/var/lib")).not.toContain("reconcile");
    for (const folder of ["", "/sysinit.target.wants"]) {
      expect(listDisk(disk, `/etc/systemd/system${folder}`)).not.toContain(
        "reconcile-build.service",
      );
    }
    const accounts = readDisk(disk, "/etc/shadow")?.toString().trim().split("\n") ?? [];
    expect(accounts.filter((line) => !/^[^:]+:[!*]/.test(line))).toEqual([]);
    for (const name of ["instance", "instances", "data", "sem"]) {
      expect(listDisk(disk, "/var/lib/cloud")).not.toContain(name);
    }
    for (const name of ["syslog", "cloud-init.log", "cloud-init-output.log", "dpkg.log", "wtmp"]) {
      expect(listDisk(disk, "/var/log")).not.toContain(name);
    }
    expect(listDisk(disk, "/var/log/journal")).toEqual([]);
    // Its lock and its folders belong to the package apt.
    expect(listDisk(disk, "/var/lib/apt/lists").filter((name) => name.includes("_"))).toEqual([]);
    // The sockets' folders of a display server, which systemd makes at every boot.
    expect(listDisk(disk, "/tmp").filter((name) => !/^\.[\w-]+-unix$/.test(name))).toEqual([]);
  });

  describe("two new servers of that image, without any network but their own port", () => {
    // What only the builder can know: the package lists, what it noted of the packages and its own traces are gone,
    // and it restarted.
    const lines = bodyOf(built.script).filter((line) =>
      /^check(_twice)? (?!updates|release|clean:|boot |integrity:(?!writable))/.test(line),
    );
    const keeping = withBody(
      built.script,
      [
        ...lines,
        // As Amazon Linux has it: settings applied again would bring it back.
        "run_command 'echo kernel.printk = 8 4 1 7 >/etc/sysctl.d/00-console.conf'",
        ...undone(lines, kernelUndoings),
        "check 'console' run_check 'grep ^1 /proc/sys/kernel/printk'",
      ],
      withFails,
    );
    const full = withBody(
      built.script,
      [
        ...undone(lines, coreDumpUndoings),
        `run_command '${fillDisk}'`,
        `write_text_file '/srv/large' '0644' 'root' '${"x".repeat(8_192)}'`,
        ...lines,
      ],
      withFails,
    );
    const disks: string[] = [];
    let [server, other]: BootResult[] = [];
    let answer: string | undefined;

    beforeAll(async () => {
      const kernelArguments = defaultKernelArguments(disk);
      const boot = (instanceId: string, script: string, forwardedPort?: number) => {
        const own = copyDisk(disk, instanceId);
        disks.push(own);
        return bootMachine({
          ...{ disk: own, script, instanceId, kernelArguments, network: "closed", forwardedPort },
          timeoutSeconds: 1_200,
        });
      };
      const machines = [boot("i-server", keeping.script, port), boot("i-other", full.script)];
      [[server, other], answer] = await Promise.all([
        Promise.all(machines),
        firstAnswer(Promise.race(machines)),
      ]);
    });

    test("are started without IPv6 by the image's own boot loader", () => {
      expect(defaultKernelArguments(disk)).toContain("ipv6.disable=1");
    });

    test("one keeps every promise, and notices settings of its kernel that are undone", () => {
      const verdict = parseVerdict(server?.console ?? "", keeping.hash);
      expect(verdict.failure).toBeUndefined();
      expect(verdict.state).toBe("passed");
      expect(verdict.checks).toHaveLength(lines.length + kernelUndoings.length + 1);
    });

    test("one serves HTTP", () => {
      expect(answer).toBe("It works\n");
    });

    test("one notices that core dumps are on again; once its disk is full, it says so and powers off", () => {
      const verdict = parseVerdict(other?.console ?? "", full.hash);
      expect(verdict.state).toBe("failed");
      expect(verdict.failure).toMatchObject({ kind: "step", where: "write_text_file /srv/large" });
      expect(verdict.failure?.output.join("\n")).toContain("No space left on device");
      expect(verdict.checks.map(({ passed }) => passed)).toEqual(coreDumpUndoings.map(() => true));
      expect(other?.poweredOff).toBe(true);
    });

    test.each([
      ["machine id", "/etc/machine-id", /^[0-9a-f]{32}\n$/],
      ["SSH host key", "/etc/ssh/ssh_host_ed25519_key.pub", /^ssh-ed25519 /],
      ["random seed", "/var/lib/systemd/random-seed", /^.{32,}$/s],
    ])("each has a %s of its own", (_, path, form) => {
      const identities = disks.map((own) => readDisk(own, path)?.toString("latin1"));
      expect(identities).toEqual([expect.stringMatching(form), expect.stringMatching(form)]);
      expect(new Set(identities).size).toBe(2);
    });
  });
});

/** As the package manager's own database has it; undefined when the package is not there. */
function versionOf(system: string, name: string): string | undefined {
  const status = readDisk(system, "/var/lib/dpkg/status")?.toString() ?? "";
  const entry = status.split("\n\n").find((each) => each.startsWith(`Package: ${name}\n`));
  return /^Version: (.*)$/m.exec(entry ?? "")?.[1];
}

/** Takes what is left by ever smaller pieces, root's own reserve too. */
const fillDisk =
  "count=0; for size in 1G 64M 4M 256K 16K 4K; do while fallocate -l $size /srv/$size.$((count += 1)); do :; done; done";

type Undoing = readonly [check: string, undo: string, redo: string];

/** A later file that contradicts, as an administrator would write it. */
const contradict = (check: string, setting: string): Undoing => [
  check,
  `echo ${setting} >/etc/sysctl.d/zzz.conf`,
  "rm /etc/sysctl.d/zzz.conf",
];
const takeAway = (check: string, file: string, after = "true"): Undoing => [
  check,
  `mv ${file} /root/kept; ${after}`,
  `mv /root/kept ${file}; ${after}`,
];

/** What only a kernel of one's own can show, and a container cannot. */
const kernelUndoings = [
  contradict("kernel", "kernel.sysrq=1"),
  contradict("kernel", "kernel.kptr_restrict=0"),
  contradict("kernel", "fs.protected_symlinks=0"),
];
const coreDumpUndoings = [
  contradict("core-dumps", "kernel.core_pattern=core"),
  contradict("core-dumps", "fs.suid_dumpable=1"),
  takeAway("core-dumps", "/etc/security/limits.d/zz-reconcile-core.conf"),
  takeAway(
    "core-dumps",
    "/etc/systemd/system.conf.d/zz-reconcile-core.conf",
    "systemctl daemon-reexec",
  ),
];

/** Each promise undone, its own check, which has to fail, and the promise kept again. */
function undone(lines: readonly string[], undoings: readonly Undoing[]): readonly string[] {
  return undoings.flatMap(([id, undo, redo], index) => {
    const line = lines.find((each) => each.startsWith(`check_twice ${id} `)) ?? "";
    const [, call = ""] = /^check_twice \S+ (.*)$/.exec(line) ?? [];
    return [
      `run_command '${undo}'`,
      `check '${id}:${index}' fails ${call}`,
      `run_command '${redo}'`,
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
