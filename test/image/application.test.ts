import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ImageApplication } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

function scriptOf(change: Partial<ImageApplication> = {}) {
  const { application } = fullRecipe;
  if (application === undefined) throw new Error("the recipe has an application");
  return renderBuildScript({ ...fullRecipe, application: { ...application, ...change } });
}

const { script } = scriptOf();

/** A system whose manager says this of the application's service: a process that has begun to run at 50 seconds. */
function systemWith(
  mainProcess: string,
  prepare: (system: ScratchSystem) => void = () => {},
  state = "running",
) {
  const system = new ScratchSystem();
  system.program(
    "systemctl",
    `case $* in
  *MainPID*) echo MainPID=$(${mainProcess}); printf '%s\\n' SubState=${state} ActiveEnterTimestampMonotonic=50000000 ;;
  status*) echo 'Active: activating (auto-restart)'; exit 3 ;;
  is-enabled*) echo enabled ;;
esac`,
  );
  system.program("journalctl", `echo "asked: $*"; echo 'no database'`);
  system.program("kill", `printf '%s\\n' "$*" >>${system.path("/killed")}`);
  prepare(system);
  return system;
}

function check(system: ScratchSystem, call: string, build = script) {
  const { status } = system.inside(build, `enable -n kill\ncheck 'it' ${call}`);
  expect(status).toBe(0);
  return { passed: system.said("pass").length === 1, seen: system.said("seen") };
}

describeWithBash("an application that does not run", () => {
  const calls = [
    "application_runs_as 'afterpay'",
    "application_is_confined",
    "application_restarts",
    "application_answers http_request 80 '[1-4]' /",
    "application_has_limits 65535",
    "application_starts_at_boot",
  ];
  test.each(calls)("%s says first what it said itself, and kills nothing", (call) => {
    const system = systemWith("echo 0", () => {}, "auto-restart");
    const { passed, seen } = check(system, call);
    expect(passed).toBe(false);
    expect(seen.slice(1, 3)).toEqual(["no database", "Active: activating (auto-restart)"]);
    expect(seen[0]).toContain("-qt application");
    expect(system.files("/")).not.toContain("/killed");
  });

  test("counts as running only after three seconds", () => {
    const system = (since: number) =>
      systemWith("echo 4242", (prepared) => {
        prepared.write("/proc/uptime", `${since}.00 1.00\n`);
      });
    // The seconds are whole ones, so that a fourth begins when three have passed.
    expect(check(system(53), "application_starts_at_boot").passed).toBe(false);
    expect(check(system(54), "application_starts_at_boot").passed).toBe(true);
  });

  test("does not run while its manager prepares its process, however long that takes", () => {
    const system = systemWith("echo 4242", () => {}, "start");
    expect(check(system, "application_starts_at_boot").passed).toBe(false);
  });

  test("does not run as far as is known when its manager does not answer", () => {
    const system = systemWith("echo 4242", (prepared) => prepared.program("systemctl", "exit 1"));
    expect(check(system, "application_restarts").passed).toBe(false);
    expect(system.files("/")).not.toContain("/killed");
  });

  test("that is killed must come back as another process", () => {
    const same = systemWith("echo 4242");
    expect(check(same, "application_restarts").passed).toBe(false);
    expect(same.read("/killed")).toBe("-KILL 4242\n");
    const none = systemWith(`if [ -e killed ]; then echo 0; else echo 4242; fi`);
    expect(check(none, "application_restarts").passed).toBe(false);
    const another = systemWith(`if [ -e killed ]; then echo 4243; else echo 4242; fi`);
    expect(check(another, "application_restarts").passed).toBe(true);
  });
});

describeWithBash("an application that runs", () => {
  const confined =
    "CapEff:\t0000000000000400\nCapBnd:\t0000000000000400\nNoNewPrivs:\t1\nSeccomp:\t2\n";
  const groups = "Gid:\t996\t996\t996\t996\nFDSize:\t64\nGroups:\t996 \n";
  const mounts = [
    "591 581 259:1 / / ro,relatime - xfs /dev/nvme0n1p1 rw,seclabel",
    "592 591 0:21 / /proc rw,nosuid - proc proc rw",
    "593 591 259:1 /tmp/systemd-private-0/tmp /tmp rw,relatime - xfs /dev/nvme0n1p1 rw",
    "594 591 259:1 /var/lib/application /var/lib/application rw - xfs /dev/nvme0n1p1 rw",
    "595 591 0:30 / /boot/efi rw,relatime - autofs systemd-1 rw",
  ];
  const seen = (change: { groups?: string; mounts?: readonly string[] }) => {
    const system = systemWith("echo 4242", (prepared) => {
      prepared.write("/proc/4242/status", `${change.groups ?? groups}${confined}`);
      const all = [...mounts, ...(change.mounts ?? [])];
      prepared.write("/proc/4242/mountinfo", `${all.join("\n")}\n`);
      prepared.program("id", `[ "$*" = "-G afterpay" ] && echo 996`);
    });
    const { passed, seen } = check(system, "application_is_confined afterpay");
    expect(passed).toBe(seen.length === 0);
    return seen;
  };

  test("has no group but its user's", () => {
    expect(seen({})).toEqual([]);
    const others = "Gid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t6 42 996 \n";
    expect(seen({ groups: others })).toEqual(["group 0", "group 42", "group 6"]);
  });

  test("sees a system that it cannot write, also none of its parts", () => {
    const parts = ["/etc /etc rw", "/usr/share /usr/share rw", "/ / rw"].map(
      (part) => `606 591 259:1 ${part},relatime - xfs /dev/nvme0n1p1 rw`,
    );
    expect(seen({ mounts: parts })).toEqual(parts.toSorted());
  });

  test("is the user's in all its processes, who cannot log in; all that is wrong is said", () => {
    const owners = (shell: string, owner: string) => {
      const system = systemWith("echo 4242", (prepared) => {
        for (const id of ["4242", "4243"]) {
          prepared.write(`/proc/${id}/cgroup`, "0::/system.slice/application.service\n");
        }
        prepared.write("/proc/77/cgroup", "0::/system.slice/other.service\n");
        prepared.program("getent", `echo afterpay:x:996:996::/nonexistent:${shell}`);
        prepared.program("stat", `for f in "\${@:3}"; do echo "$f belongs to ${owner}"; done`);
      });
      const { passed, seen } = check(system, "application_runs_as afterpay");
      expect(passed).toBe(seen.length === 0);
      return seen.map((line) => line.replace(system.root, ""));
    };
    expect(owners("/usr/sbin/nologin", "afterpay")).toEqual([]);
    expect(owners("/bin/sh", "nobody")).toEqual([
      "/proc/4242 belongs to nobody",
      "/proc/4243 belongs to nobody",
      "afterpay:x:996:996::/nonexistent:/bin/sh",
    ]);
  });
});

/** Answers by the query, and with the headers that it was sent. */
const server = `
const { createServer } = require("node:net");
const answers = {
  "/?up": "HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nx",
  "/?chunked": "HTTP/1.1 200 OK\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
  "/?endless": "HTTP/1.1 200 OK\\r\\n\\r\\nx",
  "/?made": "HTTP/1.1 201 Created\\r\\nContent-Length: 0\\r\\n\\r\\n",
  "/": "HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n",
  "/?broken": "HTTP/1.1 500 No\\r\\nContent-Length: 0\\r\\n\\r\\n",
  "/?nonsense": "200 OK\\r\\n\\r\\n",
};
createServer((socket) => {
  let request = "";
  socket.on("error", () => {}).on("data", (data) => {
    request += data;
    if (!request.endsWith("\\r\\n\\r\\n")) return;
    const ok = /^GET \\S+ HTTP\\/1\\.1\\r\\nHost: 127\\.0\\.0\\.1:\\d+\\r\\nUser-Agent: ELB-HealthChecker\\/1\\.0\\r\\n\\r\\n$/.test(request);
    socket.end(ok ? answers[request.split(" ")[1]] : "HTTP/1.1 400 " + JSON.stringify(request) + "\\r\\n\\r\\n");
  });
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
`;

describeWithBash("the application is asked", () => {
  let child: ChildProcess | undefined;
  let port = 0;

  beforeAll(async () => {
    child = spawn(process.execPath, ["-e", server], { stdio: ["ignore", "pipe", "inherit"] });
    if (child.stdout === null) throw new Error("no output");
    const [line] = await once(child.stdout, "data");
    port = Number(String(line));
  });
  afterAll(() => child?.kill());

  /** The address of the machine, by which the application is asked. */
  const at = (address: string) =>
    systemWith("echo 4242", (system) => {
      system.program("ip", `echo '2: ens5    inet ${address} brd 10.0.15.255 scope global ens5'`);
    });

  test.each([
    ["/?up", "200", true],
    ["/?chunked", "200", true],
    ["/?endless", "200", false],
    ["/?made", "200", false],
    ["/", "200", false],
    ["/", "[1-4]", true],
    ["/", "(2|404)", true],
    ["/?made", "(2|404)", true],
    ["/?broken", "(2|404)", false],
    ["/?broken", "[1-4]", false],
    ["/?nonsense", "200", false],
    ["/?nonsense", "[1-4]", false],
  ])("for %s and the status %s", (path, statuses, answers) => {
    const call = `application_answers http_request ${port} '${statuses}' '${path}'`;
    const { passed, seen } = check(at("127.0.0.1/20"), call);
    expect({ passed, seen: seen.filter((line) => line.includes("HTTP/1.1 400")) }).toEqual({
      passed: answers,
      seen: [],
    });
    if (!answers) expect(seen).toContain(`http_request to 127.0.0.1:${port}${path}`);
  });

  test("at the machine's own address, and loopback is named when only that answers", () => {
    // Nothing listens there: the server is bound to one address of this machine's loopback network.
    const call = `application_answers http_request ${port} 200 '/?up'`;
    const { passed, seen } = check(at("127.0.0.2/20"), call);
    expect(passed).toBe(false);
    expect(seen).toContain(`http_request to 127.0.0.2:${port}/?up`);
    expect(seen).toContain("It answers on 127.0.0.1 only.");
    expect(seen.at(-1)).toBe("no database");
    expect(check(at("127.0.0.2/20"), `${call} 127.0.0.1`).passed).toBe(true);
  });

  test("not without an address, which would be loopback for others", () => {
    const system = systemWith("echo 4242", (prepared) => prepared.program("ip", "exit 0"));
    expect(check(system, `application_answers http_request ${port} 200 '/?up'`).passed).toBe(false);
  });

  test.each([
    ["127.0.0.1/8", true],
    ["127.0.0.2/8", false],
  ])("for a connection alone, at %s", (address, passed) => {
    const tcp = scriptOf({ healthCheck: { protocol: "tcp" } });
    const call = `application_answers tcp_connection ${port} '' ''`;
    expect(check(at(address), call, tcp.script).passed).toBe(passed);
  });
});

describe("the request follows the health check", () => {
  const callOf = (change: Partial<ImageApplication>) =>
    /^check_twice application:answers (.*)$/m.exec(scriptOf(change).script)?.[1];
  const http = (path: string) => ({ protocol: "http", path, statuses: "200" }) as const;

  test.each<[Partial<ImageApplication>, string]>([
    [{}, "application_answers http_request 80 '[1-4]' /"],
    [{ internal: true }, "application_answers http_request 80 '[1-4]' / 127.0.0.1"],
    [
      { healthCheck: http("/it's?a=%20&b") },
      "application_answers http_request 80 200 '/it'\\''s?a=%20&b'",
    ],
    [
      { healthCheck: { ...http("/up"), statuses: "200-299" } },
      "application_answers http_request 80 2 /up",
    ],
    [
      { healthCheck: { ...http("/up"), statuses: "200-302,404" } },
      "application_answers http_request 80 '(2|300|301|302|404)' /up",
    ],
    [
      { healthCheck: { ...http("/up"), statuses: "295-310" } },
      "application_answers http_request 80 '(295|296|297|298|299|30|310)' /up",
    ],
    [{ healthCheck: http("/é") }, "application_answers http_request 80 200 /%C3%A9"],
    [
      { healthCheck: { ...http("/up"), protocol: "https" } },
      "application_answers tls_request 80 200 /up",
    ],
    [{ healthCheck: { protocol: "tcp" } }, "application_answers tcp_connection 80 '' ''"],
    [{ healthCheck: { protocol: "ssl" } }, "application_answers tls_request 80 '' ''"],
  ])("%j", (change, call) => {
    expect(callOf(change)).toBe(call);
  });

  test("and the promise says it", () => {
    const { checks } = scriptOf({ healthCheck: http("/up") });
    expect(checks.find(({ id }) => id === "application:answers")?.promise).toBe(
      "the application answers the load balancer's health check (HTTP on port 80) for /up with status 200",
    );
  });
});
