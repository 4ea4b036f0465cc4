import { spawnSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { families, type ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { bodyOf, withBody } from "../boot/rebuild.ts";
import { bytes, fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const amazon = renderBuildScript(fullRecipe).script;
const debian = renderBuildScript({
  ...fullRecipe,
  family: "debian-12",
  release: "20251112",
}).script;

describeWithBash("bash can read the script", () => {
  const url: ImageRecipe["application"] = {
    source: { kind: "url", url: "https://example.com/a.tar.gz", sha256: "0".repeat(64) },
    python: [],
    command: "gunicorn --bind '0.0.0.0:80' \"a b\" $PORT",
    user: "shop",
    port: 8080,
  };
  const options: readonly Partial<ImageRecipe>[] = [
    {},
    { updates: "security", ipv6: "enabled" },
    { hardening: "basic", application: undefined },
    { updates: "none", packages: [], services: [], run: [], verify: [], files: [] },
    { application: undefined, listeningPorts: [] },
    { application: url, listeningPorts: [{ protocol: "udp", from: 53, to: 60 }] },
    { files: [{ path: "/a 'b' \"c\" $(d) `e`", content: bytes("it's\n\n$x"), mode: "0600" }] },
    { run: ['if true; then\n  echo "it\'s"\nfi'], verify: ["[ -e '/a b' ]"] },
    { release: "ami-0123456789abcdef0" },
    { packages: ["tree=2.1.0~rc^1-1"], proxy: "http://10.0.0.5:3128" },
  ];
  test.each(families.flatMap((family) => options.map((option) => ({ family, ...option }))))(
    "of $family (%#)",
    (option) => {
      const { script } = renderBuildScript({ ...fullRecipe, ...option });
      const { status, stderr } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    },
  );
});

describeWithBash("a whole build", () => {
  function build(body: readonly string[], prepare: (system: ScratchSystem) => void = () => {}) {
    const system = new ScratchSystem();
    const asked: string[] = [];
    system.program("systemctl", `printf '%s\\n' "$*" >>${system.path("/asked")}`);
    // The machine goes off there and then.
    system.program("sleep", `[ "$1" != 60 ] || kill "$PPID"`);
    prepare(system);
    const { script, hash } = withBody(amazon, body);
    system.build(script);
    asked.push(...system.read("/asked").split("\n"));
    return { hash, system, asked, verdict: parseVerdict(system.read("/dev/console"), hash) };
  }
  const run = (command: string) => `run_command '${command.replaceAll("'", "'\\''")}'`;
  const check = (id: string, command: string) => `check '${id}' run_check '${command}'`;

  test("that keeps its promises says so and powers off", () => {
    const { verdict, asked } = build([run("true"), check("one", "true"), check("two", "true")]);
    expect(verdict).toMatchObject({
      state: "passed",
      checks: [
        { id: "one", passed: true },
        { id: "two", passed: true },
      ],
    });
    expect(asked).toContain("poweroff --force");
  });

  test("whose command fails tells which, what it ran and the end of what it said", () => {
    const { verdict, system, asked } = build([
      run("true"),
      run("echo first\necho 'second \u001b[31m'\nfalse\necho never"),
      run(`touch /srv/after`),
    ]);
    expect(verdict).toMatchObject({ state: "failed", checks: [] });
    expect(verdict.failure).toEqual({
      kind: "step",
      where: "run_command 2",
      command: "echo first\necho 'second ?[31m'\nfalse\necho never",
      seen: [],
      output: ["first", "second ?[31m"],
    });
    expect(system.files("/").filter((path) => path.startsWith("/srv/"))).toEqual([]);
    expect(asked).toContain("poweroff --force");
  });

  test.each([
    ["a command of a pipe", "false | true"],
    ["a variable that is not set", 'echo "$nothing"'],
    ["a command in the middle", "false\ntrue"],
  ])("fails by %s", (_, command) => {
    expect(build([run(command)]).verdict.state).toBe("failed");
  });

  test("whose check fails goes on with the others, and cleans nothing", () => {
    const { verdict, system } = build(
      [check("bad", "echo it is; false"), check("good", "true"), "remove_build_traces"],
      (system) => system.write("/var/log/service", "said"),
    );
    expect(verdict.state).toBe("failed");
    expect(verdict.checks).toEqual([
      { id: "bad", passed: false, command: "echo it is; false", seen: ["it is"] },
      { id: "good", passed: true, command: "", seen: [] },
    ]);
    expect(system.files("/var/log")).toEqual(["/var/log/service"]);
  });

  test("that loses a check has not passed, whatever else did", () => {
    const { verdict } = build([
      check("one", "true"),
      // As a console that another process writes to, or a runtime that is broken.
      run(
        "{ grep -v ' pass ' /run/reconcile/report || true; } >/run/reconcile/rest; cat /run/reconcile/rest >/run/reconcile/report",
      ),
    ]);
    expect(verdict.state).toBe("failed");
  });

  test("that takes too long says in which step", () => {
    const { verdict } = build([
      run("true"),
      // Killed as by the program timeout, when the machine's clock says that it is late.
      run("echo '9999.00 1.00' >/proc/uptime; kill -KILL $PPID; cat"),
    ]);
    expect(verdict).toMatchObject({
      state: "failed",
      failure: { kind: "timeout", where: "run_command 2" },
    });
  });

  test("whose inner process is killed says where it ended", () => {
    const { verdict } = build([run("kill -KILL $PPID; cat")]);
    expect(verdict).toMatchObject({
      state: "failed",
      failure: { kind: "ended", where: "run_command 1" },
    });
  });

  describe("that restarts", () => {
    const body = [run("true"), check("one", "true"), "restart_system", check("two", "true")];

    /** What the service of the next boot runs, after the memory was emptied. */
    function bootAgain(system: ScratchSystem) {
      for (const name of [
        "explained",
        "finished",
        "output",
        "report",
        "restart",
        "started",
        "step",
      ]) {
        rmSync(system.path(`/run/reconcile/${name}`), { force: true });
      }
      system.boot("/var/lib/reconcile/build", "rest");
    }

    test("says so, and stores what the second part needs where only root can read it", () => {
      const { system, asked, hash } = build(body);
      expect(asked).toContain("reboot --force");
      expect(asked).not.toContain("poweroff --force");
      expect(parseVerdict(system.read("/run/reconcile/report"), hash)).toMatchObject({
        state: "running",
        progress: { step: "restart_system" },
      });
      expect(system.said("restart")).toEqual(["passed 1"]);
      expect(statSync(system.path("/var/lib/reconcile")).mode & 0o777).toBe(0o700);
      const rest = system.read("/var/lib/reconcile/build");
      expect(bodyOf(rest)).toEqual([check("two", "true")]);
    });

    test("goes on where it was, says everything again at the end, and leaves nothing of it", () => {
      const { system, hash } = build(body);
      bootAgain(system);
      // Only the closing report: a console that is lost with the restart loses nothing of the verdict.
      const verdict = parseVerdict(system.read("/dev/console"), hash);
      expect(verdict.state).toBe("passed");
      expect(verdict.checks.map(({ id }) => id)).toEqual(["one", "two"]);
      expect(system.said("step")).toEqual(["1/2 run_command 1", "2/2 restart_system"]);
      expect(system.read("/asked").trim().split("\n").at(-1)).toBe("poweroff --force");
      expect(system.files("/var/lib")).toEqual([]);
      expect(system.files("/etc/systemd")).toEqual([]);
    });

    test("runs again what is checked twice, in order, under ids of their own", () => {
      const twice = (id: string) => check(id, "true").replace("check ", "check_twice ");
      const { system, hash } = build([
        check("once", "true"),
        twice("ports"),
        twice("a b"),
        "restart_system",
        check("boot", "true"),
        "repeat_checks",
        check("last", "true"),
      ]);
      expect(system.said("pass")).toEqual(["once", "ports", "a b"]);
      bootAgain(system);
      const verdict = parseVerdict(system.read("/dev/console"), hash);
      expect(verdict.state).toBe("passed");
      expect(verdict.checks.map(({ id }) => id)).toEqual([
        "once",
        "ports",
        "a b",
        "boot",
        "boot:ports",
        "boot:a b",
        "last",
      ]);
    });

    test("has its time for both parts together", () => {
      const { system, hash } = build([
        run("echo '1899.00 1.00' >/proc/uptime"),
        "restart_system",
        run("echo '100.00 1.00' >/proc/uptime; kill -KILL $PPID; cat"),
      ]);
      system.write("/proc/uptime", "20.00 20.00\n");
      bootAgain(system);
      expect(parseVerdict(system.read("/dev/console"), hash)).toMatchObject({
        state: "failed",
        failure: { kind: "timeout", where: "run_command 1" },
      });
    });

    test.each([
      ["a check before it failed", [check("bad", "false"), "restart_system"], "check"],
      ["the disk has no room", [run("mkdir /var/lib/reconcile/used"), "restart_system"], "step"],
    ])("fails instead when %s", (_, lines, kind) => {
      const { asked, verdict } = build(lines);
      expect(asked).not.toContain("reboot --force");
      expect(verdict).toMatchObject({ state: "failed", failure: { kind } });
    });

    test("and restarts once more has failed, by a reason of its own", () => {
      const { system, hash } = build([
        ...body.slice(0, -1),
        // As in a crash: nothing of this process is said any more.
        run("kill -KILL $(cat /run/reconcile/outer) $PPID; cat"),
      ]);
      // The service's own process, which the second part kills with itself.
      system.program("dmesg", `echo $PPID >${system.path("/run/reconcile/outer")}`);
      bootAgain(system);
      expect(parseVerdict(system.read("/dev/console"), hash).state).not.toMatch(/passed|failed/);
      bootAgain(system);
      expect(parseVerdict(system.read("/dev/console"), hash)).toMatchObject({
        state: "failed",
        checks: [{ id: "one", passed: true }],
        failure: { kind: "restarted", where: "run_command 1" },
      });
    });

    test("before it asked for that has failed, whatever the console still has of it", () => {
      const { system, hash } = build(
        [run("kill -KILL $(cat /run/reconcile/outer) $PPID; cat")],
        (system) => {
          system.program("dmesg", `echo $PPID >${system.path("/run/reconcile/outer")}`);
          system.write("/asked", "");
        },
      );
      bootAgain(system);
      expect(parseVerdict(system.read("/dev/console"), hash)).toMatchObject({
        state: "failed",
        failure: { kind: "restarted", where: "run_command 1" },
      });
    });

    test("is told by the build itself when the system is shut down in order", () => {
      const { verdict } = build([run("kill -TERM $PPID; cat")], (system) =>
        system.program(
          "systemctl",
          `echo "$1" >>${system.path("/asked")}; [ "$1" != is-system-running ] || echo stopping`,
        ),
      );
      expect(verdict.failure).toMatchObject({ kind: "restarted", where: "run_command 1" });
    });
  });

  test("keeps a line of the console to one line of 200 printable characters", () => {
    const { system } = build([
      run(`printf 'x%.0s' {1..400}; printf '\\n\\0\\r\\303\\251\\n'; false`),
    ]);
    for (const line of system.read("/dev/console").split("\n")) {
      expect(line).toMatch(/^[ -~]*$/);
      expect(line.length).toBeLessThan(260);
    }
    expect(system.said("output").at(-1)).toBe("??");
  });
});

/** Runs one check in the runtime, on a system that stands so. */
function checked(script: string, call: string, prepare: (system: ScratchSystem) => void) {
  const system = new ScratchSystem();
  prepare(system);
  system.inside(script, `check 'it' ${call}`);
  const passed = system.said("pass").length === 1;
  expect(system.said("fail")).toHaveLength(passed ? 0 : 1);
  return { passed, seen: system.said("seen"), system };
}

describeWithBash("packages are current", () => {
  const pending = (output: string, status: number) => (system: ScratchSystem) => {
    system.program(
      "dnf",
      `printf '%s\\n' "$*" >${system.path("/asked")}\n${output}\nexit ${status}`,
    );
    system.program(
      "apt",
      `printf '%s\\n' "$*" >${system.path("/asked")}\n${output}\nexit ${status}`,
    );
    system.write("/var/lib/apt/lists/archive_Packages", "");
    system.write("/etc/apt/apt.conf", "");
  };

  test("on Amazon Linux, when dnf knows of no update for exactly the header's release", () => {
    const { passed, system } = checked(amazon, "packages_are_current all", pending("", 0));
    expect(passed).toBe(true);
    expect(system.read("/asked")).toContain(
      "--releasever=2023.9.20251117 -q --disableexcludes=all --disableplugin=versionlock check-upgrade",
    );
  });

  test.each([
    ["an update is pending", "echo openssl.x86_64 1:3.2-1 amazonlinux", 100],
    ["the repositories cannot be reached", "echo 'Error: no mirror'", 1],
  ])("not on Amazon Linux, when %s", (_, output, status) => {
    expect(checked(amazon, "packages_are_current all", pending(output, status)).passed).toBe(false);
  });

  test("on Debian, when the list of updates is empty", () => {
    const { passed, system } = checked(
      debian,
      "packages_are_current all",
      pending("echo Listing...", 0),
    );
    expect(passed).toBe(true);
    expect(system.read("/asked")).toMatch(/list --upgradable$/m);
  });

  const openssl = "openssl/stable-security 3.0.18-1 amd64 [upgradable from: 3.0.17-1]";

  test.each([
    ["an update is pending", `echo '${openssl}'`, 0],
    ["the list cannot be had", "echo 'E: no lists'", 100],
  ])("not on Debian, when %s", (_, output, status) => {
    expect(checked(debian, "packages_are_current all", pending(output, status)).passed).toBe(false);
  });

  test.each([
    ["debian", debian, openssl, 0, "openssl 3.0.17-1 (newest: 3.0.18-1)"],
    [
      "amazon",
      amazon,
      "openssl.x86_64    1:3.2.2-1    amazonlinux",
      100,
      "openssl (newest: 1:3.2.2-1)",
    ],
  ])(
    "of %s are named, unless the file pins them by exactly this name",
    (_, script, line, status, seen) => {
      const told = pending(`echo '${line}'`, status);
      expect(
        checked(script, "packages_are_current all '(ssl|openssl-libs|libopenssl) .*'", told).seen,
      ).toEqual([seen]);
      expect(checked(script, "packages_are_current all 'openssl .*'", told).passed).toBe(true);
    },
  );

  test("without the lists of its sources Debian knows of no update", () => {
    const { passed } = checked(debian, "packages_are_current all", (system) => {
      pending("", 0)(system);
      rmSync(system.path("/var/lib/apt/lists"), { recursive: true });
    });
    expect(passed).toBe(false);
  });

  test("only what chooses between sources is left of Debian's own preferences", () => {
    const { system } = checked(debian, "packages_are_current all", (system) => {
      pending("", 0)(system);
      const backports = "Package: *\nPin: release a=backports\nPin-Priority: 50";
      system.write(
        "/etc/apt/preferences",
        `# A comment\n${backports}\n\nPackage: openssl\nPin: version *\nPin-Priority: 1001\n`,
      );
      system.write(
        "/etc/apt/preferences.d/none",
        "Package: *\nPin: release a=*-security\nPin-Priority: -1\n",
      );
    });
    expect(system.read("/run/reconcile/preferences")).toBe(
      "# A comment\nPackage: *\nPin: release a=backports\nPin-Priority: 50\n\n",
    );
  });

  test("security alone pins every other suite below what is installed", () => {
    const { system } = checked(debian, "packages_are_current security", pending("", 0));
    expect(system.read("/run/reconcile/preferences")).toMatch(
      /release a=\*-security\nPin-Priority: 500[\s\S]*release a=now\nPin-Priority: 100[\s\S]*release a=\*\nPin-Priority: 50\n/,
    );
    expect(system.read("/asked")).toContain("Dir::Etc::Preferences=");
  });

  test.each([
    ["installed", "chrony 4.3: installed", true],
    ["only its settings left", "chrony 4.3: config-files", false],
    ["half installed", "chrony 4.3: half-installed", false],
  ])("a package of Debian that is %s", (_, state, kept) => {
    const { passed } = checked(debian, "package_is_installed chrony", (system) =>
      system.program("dpkg-query", `echo '${state}'`),
    );
    expect(passed).toBe(kept);
  });

  test("a package that the database does not know is not installed", () => {
    const unknown = (system: ScratchSystem) => {
      for (const program of ["dpkg-query", "rpm"]) system.program(program, "echo unknown; exit 1");
    };
    expect(checked(debian, "package_is_installed chrony", unknown).passed).toBe(false);
    expect(checked(amazon, "package_is_installed chrony", unknown).passed).toBe(false);
  });
});

describeWithBash("files of packages", () => {
  const outputs = {
    debian: [
      "??5??????   /usr/bin/tree",
      "?M5??????   /usr/sbin/service",
      "missing     /usr/lib/x.so",
      "??5?????? c /etc/default/chrony",
      "??5??????   /etc/ssl/x",
      "missing   c /usr/lib/x/conffile",
      "missing     /usr/share/doc/tree/copyright",
      "missing     /var/lib/apt/lists/partial",
    ],
    amazon: [
      "S.5....T.    /usr/bin/tree",
      "....L....    /usr/sbin/service",
      "missing     /usr/lib/x.so",
      "S.5....T.  c /etc/ssh/sshd_config",
      "S.5....T.  c /usr/lib/x/conffile",
      ".......T.    /usr/bin/touched",
      ".M.......  g /usr/lib/x/ghost",
      "S.5....T.  d /usr/lib/x/README",
      "missing   d /usr/lib/x/NEWS",
      "..5....T.    /usr/lib/python3.9/x.pyc",
      "S.5....T.    /var/lib/x",
    ],
  };
  const verify =
    (lines: readonly string[], status: number, before = "") =>
    (system: ScratchSystem) => {
      const output = lines.map((line) => `echo '${line}'`).join("\n");
      for (const name of ["dpkg", "rpm"]) system.program(name, `${output}\nexit ${status}`);
      system.write("/var/lib/reconcile/changed", before);
    };

  test.each([
    ["debian", debian, outputs.debian],
    ["amazon", amazon, outputs.amazon],
  ])("of %s that are changed, replaced or missing are named", (_, script, lines) => {
    const check = "packages_are_unchanged";
    expect(checked(script, check, verify(lines, 1)).seen).toEqual([
      "/usr/bin/tree",
      "/usr/lib/x.so",
      "/usr/sbin/service",
    ]);
    expect(
      checked(script, `${check} '(.*/bin/tree|.*/x\\.so)( .*)?'`, verify(lines, 1)).seen,
    ).toEqual(["/usr/sbin/service"]);
    expect(checked(script, check, verify(lines, 1, "/usr/bin/tree\n/usr/lib/x.so\n")).seen).toEqual(
      ["/usr/sbin/service"],
    );
    expect(checked(script, check, verify(lines.slice(3), 1)).passed).toBe(true);
    expect(checked(script, check, verify([], 0)).passed).toBe(true);
    // The database cannot be read.
    expect(checked(script, check, verify([], 2)).passed).toBe(false);
  });
});

describeWithBash("what starts at boot", () => {
  const systemd = (enabled: string, active: string) => (system: ScratchSystem) =>
    system.program(
      "systemctl",
      `case $1 in is-enabled) echo ${enabled}; [ ${enabled} = enabled ] ;; is-active) echo ${active}; [ ${active} = active ] ;; esac`,
    );

  test.each([
    ["enabled", "active", true],
    ["disabled", "active", false],
    ["enabled", "failed", false],
    ["masked", "inactive", false],
  ])("a service that is %s and %s, both of which are said", (enabled, active, kept) => {
    const { passed, seen } = checked(debian, "service_is_running x", systemd(enabled, active));
    expect(passed).toBe(kept);
    expect(seen.toSorted()).toEqual(kept ? [] : [enabled, active].toSorted());
  });

  test("every address and every setting of IPv6 that is on is said", () => {
    const one = "fe80000000000000042fb1fffe3ad9c7 02 40 20 80     ens5";
    const seen = (addresses: string, settings: Readonly<Record<string, string>>) => {
      const call = "ipv6_is_disabled";
      const { passed, seen, system } = checked(debian, call, (prepared) => {
        if (addresses !== "") prepared.write("/proc/net/if_inet6", addresses);
        for (const [name, value] of Object.entries(settings)) {
          prepared.write(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, `${value}\n`);
        }
      });
      expect(passed).toBe(seen.length === 0);
      return seen.map((line) => line.replace(system.root, ""));
    };
    expect(seen("", {})).toEqual([]);
    expect(seen("", { all: "1", ens5: "1" })).toEqual([]);
    expect(seen(`${one}\n`, { all: "0", ens5: "0", lo: "1" })).toEqual([
      `/proc/net/if_inet6:${one}`,
      "/proc/sys/net/ipv6/conf/all/disable_ipv6:0",
      "/proc/sys/net/ipv6/conf/ens5/disable_ipv6:0",
    ]);
  });

  test.each([
    [20, ["1", "2"], "20"],
    [21, ["3", "4"], "and 2 more"],
    [500, ["482", "483"], "and 481 more"],
  ])(
    "of %i lines that a check sees, at most twenty are said, and how many more there are",
    (all, first, last) => {
      const { seen } = checked(debian, `run_check 'printf "%s\n" {1..${all}}; false'`, () => {});
      expect(seen).toHaveLength(20);
      expect(seen.slice(0, 2)).toEqual(first);
      expect(seen.at(-1)).toBe(last);
    },
  );

  test("a service that waits for the end of the build is told apart from one that fails", () => {
    const system = new ScratchSystem();
    system.program("timeout", "exit 124");
    system.program("systemctl", '[ "$1" != list-jobs ] || echo 1 other.service start waiting');
    system.inside(debian, "enable_services 'update-motd.service'");
    expect(system.said("error")).toEqual(["enable_services update-motd.service"]);
    expect(system.said("output")).toEqual(["1 other.service start waiting"]);
    const other = new ScratchSystem();
    other.program("timeout", "exit 1");
    other.inside(debian, "enable_services 'broken.service'");
    expect(other.said("error")).toEqual(["enable_services broken.service"]);
    expect(other.said("output")).toEqual([]);
  });

  test("every kernel that the boot loader could start is without IPv6", () => {
    const grub = (text: string) => (system: ScratchSystem) => {
      if (text !== "") system.write("/boot/grub/grub.cfg", text);
    };
    const call = "has_boot_argument ipv6.disable=1";
    const kernel = (more: string) => `  linux /vmlinuz root=/dev/x ${more}\n`;
    const kept = (text: string) => checked(debian, call, grub(text)).passed;
    expect(kept(kernel("ipv6.disable=1"))).toBe(true);
    expect(kept(`${kernel("ipv6.disable=1")}${kernel("quiet")}`)).toBe(false);
    expect(kept(kernel("ipv6.disable=10"))).toBe(false);
    expect(kept(kernel("ipv6.disable=1 quiet ipv6.disable=0"))).toBe(false);
    expect(kept(kernel("ipv6.disable=1 quiet ipv6.disable=1"))).toBe(true);
    expect(kept("menuentry x {}\n")).toBe(false);
    // A container starts no kernel; one that is there and that nobody can ask about is another thing.
    expect(kept("")).toBe(true);
    expect(
      checked(debian, call, (system) => system.write("/boot/vmlinuz-6.1", "kernel")).passed,
    ).toBe(false);
  });
});

describeWithBash("accounts and SSH", () => {
  const shadow = (secrets: Readonly<Record<string, string>>) => (system: ScratchSystem) => {
    system.write(
      "/etc/passwd",
      Object.keys(secrets)
        .map((name) => `${name}:x:1:1::/:/bin/sh\n`)
        .join(""),
    );
    system.write("/etc/group", "root:x:0:\n");
    system.write(
      "/etc/shadow",
      Object.entries(secrets)
        .map(([name, secret]) => `${name}:${secret}:20000:0:99999:7:::\n`)
        .join(""),
    );
  };

  const pam = (text: string) => (system: ScratchSystem) =>
    system.write("/etc/pam.d/sshd", `${text}\n`);
  test.each([
    [
      "of Amazon Linux",
      "auth required pam_env.so\nauth required pam_faildelay.so delay=2000000\nauth [default=1 ignore=ignore success=ok] pam_usertype.so isregular\nauth [default=1 ignore=ignore success=ok] pam_localuser.so\nauth sufficient pam_unix.so\nauth required pam_deny.so\naccount required pam_permit.so",
      true,
    ],
    [
      "of a file that includes another",
      "#%PAM-1.0\nauth       substack     password-auth\nauth       include      postlogin\n@include common-auth",
      true,
    ],
    ["that accept an empty password", "auth sufficient pam_unix.so nullok", false],
    ["that let everybody in", "auth sufficient pam_permit.so", false],
    [
      "that go on after a wrong password",
      "auth [success=1 default=1] pam_unix.so\nauth requisite pam_deny.so",
      false,
    ],
    ["with a module of another folder", "auth sufficient /opt/pam_unix.so", false],
    ["of another folder", "@include /opt/rules", false],
  ])("PAM's rules %s", (_, text, kept) => {
    expect(checked(amazon, "pam_asks_everybody", pam(text)).passed).toBe(kept);
  });

  test.each([
    ["locked", { root: "*", admin: "!", shop: "!$y$j9T$x" }, true],
    ["one with a password", { root: "*", admin: "$y$j9T$x" }, false],
    ["one with none at all", { root: "*", admin: "" }, false],
  ])("passwords: %s", (_, secrets, kept) => {
    expect(checked(debian, "passwords_are_locked", shadow(secrets)).passed).toBe(kept);
  });

  /** An SSH server that says this, once it is asked about somebody from somewhere: `user=root,…`. */
  const server =
    (body: string, files: Readonly<Record<string, string>> = {}) =>
    (system: ScratchSystem) => {
      system.write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nshop:x:900:900::/:/bin/sh\n");
      system.program("ssh-keygen", "exit 0");
      system.program("sshd", `[ "$1" = -T ] || exit 0\n${body}`);
      for (const [path, text] of Object.entries(files)) system.write(path, text);
    };
  const rootLogin = "ssh_settings_hold 'PermitRootLogin no'";
  test.each([
    ["no", "echo permitrootlogin no", true],
    ["with a key", "echo permitrootlogin without-password", false],
    ["unsaid", "echo port 22", false],
    [
      "to one account",
      `echo permitrootlogin $([[ $3 == user=shop,* ]] && echo yes || echo no)`,
      false,
    ],
    [
      "from a private network",
      `echo permitrootlogin $([[ $3 == *addr=10.* ]] && echo yes || echo no)`,
      false,
    ],
    [
      "from a public network of IPv6",
      `echo permitrootlogin $([[ $3 == *addr=2001:* ]] && echo yes || echo no)`,
      false,
    ],
  ])("root's login: %s", (_, body, kept) => {
    expect(checked(debian, rootLogin, server(body)).passed).toBe(kept);
  });

  test.each([
    ["a later line", "PermitRootLogin yes", false],
    ["a line with other spelling", '  "permitrootlogin"="yes"', false],
    ["the same", "PermitRootLogin no # as everywhere", true],
    ["a comment", "#PermitRootLogin yes", true],
  ])("a file of the SSH server has %s", (_, line, kept) => {
    const files = {
      "/etc/ssh/sshd_config": "Include sshd_config.d/*.conf\n",
      "/etc/ssh/sshd_config.d/99-x.conf": `Match Address 10.99.0.0/24\n${line}\n`,
    };
    const prepare = server("echo permitrootlogin no", files);
    expect(checked(debian, rootLogin, prepare).passed).toBe(kept);
  });

  test.each([
    ["fewer", "ciphers aes256-ctr", true],
    ["one more", "ciphers aes256-ctr,3des-cbc", false],
    ["part of a name", "ciphers aes256", false],
  ])("a list of algorithms has %s", (_, line, kept) => {
    const call = "ssh_settings_hold 'Ciphers aes256-ctr,aes128-ctr'";
    expect(checked(debian, call, server(`echo ${line}`)).passed).toBe(kept);
  });

  test("an SSH server that does not tell its settings is not taken for one that refuses", () => {
    const broken = server("echo 'permitrootlogin no'; exit 255");
    expect(checked(debian, rootLogin, broken).passed).toBe(false);
    expect(checked(debian, rootLogin, () => {}).passed).toBe(true);
  });

  test.each([
    ["once, if it answers", "echo permitrootlogin no", ["one", "two"], 15],
    // The answers for the other two accounts stand for nothing.
    [
      "again, if it did not answer for each account",
      "[[ $3 != user=shop,* ]] || exit 255; echo permitrootlogin no",
      [],
      22,
    ],
  ])("two checks ask the SSH server %s", (_, body, passed, asked) => {
    const system = new ScratchSystem();
    server(`echo "$3" >>${system.path("/asked")}\n${body}`)(system);
    system.inside(debian, ["one", "two"].map((id) => `check '${id}' ${rootLogin}`).join("\n"));
    expect(system.said("pass")).toEqual(passed);
    expect(system.read("/asked").trim().split("\n")).toHaveLength(asked);
  });

  test("the settings stand first, and no other value stays anywhere", () => {
    const system = new ScratchSystem();
    const main =
      "# theirs\nInclude /etc/ssh/sshd_config.d/*.conf\nX11Forwarding yes\nMatch User a\n  MaxSessions 99\n";
    server(`[ "\${1-}" = -T ]`, {
      "/etc/ssh/sshd_config": main.replace("/etc", `${system.root}/etc`),
      "/etc/ssh/sshd_config.d/50-cloud-init.conf": "passwordauthentication yes\nPort 22\n",
    })(system);
    system.program("sshd", `case "$*" in *=3des*) exit 255 ;; esac`);
    const call =
      "harden_ssh 'PasswordAuthentication no' 'X11Forwarding no' 'Ciphers 3des,aes256-ctr' 'MaxSessions 10'";
    for (const _ of ["first", "again"]) system.inside(debian, call);
    expect(system.said("error")).toEqual([]);
    expect(system.read("/etc/ssh/sshd_config").split("\n")).toEqual([
      "# reconcile: begin",
      "PasswordAuthentication no",
      "X11Forwarding no",
      "Ciphers aes256-ctr",
      "MaxSessions 10",
      "# reconcile: end",
      "# theirs",
      `Include ${system.root}/etc/ssh/sshd_config.d/*.conf`,
      "Match User a",
      "",
    ]);
    expect(system.read("/etc/ssh/sshd_config.d/50-cloud-init.conf")).toBe("Port 22\n");
  });

  test("a base image without sudo and cloud-init keeps the promises about them", () => {
    expect(checked(debian, "sudo_is_limited", () => {}).passed).toBe(true);
    expect(checked(debian, "first_boot_opens_nothing", () => {}).passed).toBe(true);
    const broken = (system: ScratchSystem) => {
      system.program("visudo", "exit 0");
      system.program("sudo", "exit 0");
      system.program("cvtsudoers", "exit 1");
    };
    expect(checked(debian, "sudo_is_limited", broken).passed).toBe(false);
  });

  test.each([
    [
      "sshd -D -o AuthorizedKeysCommand of EC2 Instance Connect",
      true,
      'ExecStart=\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS -o "AuthorizedKeysCommand /usr/share/ec2-instance-connect/eic_run_authorized_keys %%u %%f" -o "AuthorizedKeysCommandUser ec2-instance-connect"',
    ],
    [
      "another command for keys",
      false,
      'ExecStart=/usr/sbin/sshd -D -o "AuthorizedKeysCommand /opt/keys %%u"',
    ],
    ["another file", false, "ExecStart=/usr/sbin/sshd -D \\\n -f /opt/x"],
    ["a limit of memory", true, "MemoryMax=100M"],
  ])("a unit of the SSH server with %s", (_, kept, lines) => {
    const { passed } = checked(debian, "ssh_server_is_alone", (system) => {
      const file = "/etc/systemd/system/ssh.service.d/ec2-instance-connect.conf";
      system.write(
        file,
        `[Service]\n${lines}\n`.replaceAll("/usr/share/", `${system.root}/usr/share/`),
      );
    });
    expect(passed).toBe(kept);
  });
});

describeWithBash("files", () => {
  const owned = (system: ScratchSystem) => system.program("chown", "exit 0");

  test("come out byte by byte, text and others", () => {
    const system = new ScratchSystem();
    owned(system);
    const text = 'it\'s\n\n$(reboot) `x` \\ "q"\n\tend';
    const lines = text.split("\n").map((line) => `'${line.replaceAll("'", "'\\''")}'`);
    const binary = Uint8Array.of(0, 255, 10, 13, 39);
    system.inside(
      debian,
      [
        `write_text_file '/srv/deep er/text' '0640' 'root' ${lines.join(" ")}`,
        `write_binary_file '/srv/-rf' '0600' 'root' '${Buffer.from(binary).toString("base64")}'`,
      ].join("\n"),
    );
    expect(system.said("error")).toEqual([]);
    expect(system.read("/srv/deep er/text")).toBe(text);
    expect(system.bytes("/srv/-rf")).toEqual(Buffer.from(binary));
  });

  test("are told apart by content, mode and owner", () => {
    const sum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    const hello = (system: ScratchSystem) => {
      system.write("/srv/x", "hello");
      system.program("stat", "echo 'regular file, mode 644, owner root:wheel'");
    };
    const kept = (call: string) => checked(debian, call, hello).passed;
    expect(kept(`file_is /srv/x 0644 root ${sum}`)).toBe(true);
    expect(kept(`file_is /srv/x 0644 root:wheel ${sum}`)).toBe(true);
    expect(kept(`file_is /srv/x 0600 root ${sum}`)).toBe(false);
    expect(kept(`file_is /srv/x 0644 shop ${sum}`)).toBe(false);
    expect(kept(`file_is /srv/x 0644 root:root ${sum}`)).toBe(false);
    expect(kept(`file_is /srv/x 0644 root ${"0".repeat(64)}`)).toBe(false);
  });
});

describeWithBash("kernel settings", () => {
  const interfaces = (value: string) => (system: ScratchSystem) => {
    system.write("/proc/sys/net/ipv4/conf/all/rp_filter", "1\n");
    system.write("/proc/sys/net/ipv4/conf/eth0.100/rp_filter", `${value}\n`);
    system.write("/usr/lib/systemd/systemd-sysctl", "");
  };
  const setting = "'net.ipv4.conf.*.rp_filter=1'";

  test("hold on every interface, or the one that differs is named", () => {
    const apply = "apply_kernel_settings() { :; }\n";
    const run = (value: string, call: string) => {
      const system = new ScratchSystem();
      interfaces(value)(system);
      system.inside(debian, `${apply}check 'it' ${call}`);
      return { passed: system.said("pass"), seen: system.said("seen").join() };
    };
    expect(run("1", `kernel_settings_are ${setting}`).passed).toEqual(["it"]);
    expect(run("2", `kernel_settings_are ${setting}`).seen).toContain("eth0.100/rp_filter is 2");
    // What the kernel does not have is left out only where the setting says so.
    expect(run("1", "kernel_settings_are '-kernel.absent=1'").passed).toEqual(["it"]);
    expect(run("1", "kernel_settings_are 'kernel.absent=1'").passed).toEqual([]);
  });
});
