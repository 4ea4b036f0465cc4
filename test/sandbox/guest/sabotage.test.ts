import { describe, expect, test } from "vitest";
import type { ImageRecipe } from "../../../src/image/recipe.ts";
import { renderBuildScript } from "../../../src/image/script.ts";
import { build, exampleRecipe, playScript, said, texts } from "./build.ts";

/** Takes the call of that function out of the body. */
function without(name: string): (script: string) => string {
  return (script) => {
    const [runtime = "", body = ""] = script.split("# reconcile-body\n");
    const kept = body.split("\n").filter((line) => line !== name && !line.startsWith(`${name} `));
    return `${runtime}# reconcile-body\n${kept.join("\n")}`;
  };
}

function withApplication(change: Partial<NonNullable<ImageRecipe["application"]>>): ImageRecipe {
  const recipe = exampleRecipe();
  if (recipe.application === undefined) throw new Error("the example has an application");
  return exampleRecipe({ application: { ...recipe.application, ...change } });
}

function source(text: string) {
  return {
    source: {
      kind: "content",
      filename: "tiny_app.py",
      content: new TextEncoder().encode(text),
    },
  } as const;
}

/** The checks that ask a running application. */
const notRunning = [
  "application:user",
  "application:confined",
  "application:restarts",
  "application:answers",
  "application:limits",
  "application:boot",
];

describe("a step that was forgotten fails the checks of its promise, and no other", () => {
  test.each([
    ["update_packages", ["updates"]],
    ["install_packages", ["package:telnet", "package:mtr", "package:tree", "verify:1"]],
    ["set_kernel_settings", ["kernel"]],
    ["disable_ipv6", ["ipv6:boot"]],
    [
      "limit_open_files",
      ["open-files:users", "open-files:root", "open-files:services", "application:limits"],
    ],
    ["disable_core_dumps", ["core-dumps", "application:limits"]],
    ["harden_ssh", ["ssh:passwords", "ssh:root", "ssh:forwarding", "ssh:strong"]],
    ["harden_logins", ["logins"]],
    ["harden_system", ["system"]],
    ["set_boot_arguments", ["boot-arguments"]],
    ["disable_automatic_updates", ["automatic-updates"]],
    ["close_ports", ["ports"]],
  ])("%s", (step, failing) => {
    const play = build(exampleRecipe(), without(step));
    expect(texts(play, "fail")).toEqual(failing);
    expect(texts(play, "seen").length).toBeGreaterThanOrEqual(1);
    expect(texts(play, "error")).toEqual([]);
    expect(texts(play, "verdict")).toEqual(["failed"]);
  });

  test("remove_build_traces", () => {
    const play = build(exampleRecipe(), without("remove_build_traces"));
    expect(texts(play, "fail")).toEqual(["clean:identity", "clean:provisioning", "clean:logs"]);
  });

  test("install_application", () => {
    const play = build(exampleRecipe(), without("install_application"));
    expect(texts(play, "fail")).toEqual([
      ...notRunning.slice(0, -1),
      // Its HOME is the service's, too.
      "application:code",
      "application:journal",
      "application:boot",
    ]);
  });

  test("write_text_file of the application: its workers do not start", () => {
    const play = build(
      exampleRecipe(),
      without("write_text_file /opt/application/source/tiny_app.py"),
    );
    expect(texts(play, "fail")).toContain("application:answers");
    expect(texts(play, "seen")).toContain("ModuleNotFoundError: No module named 'tiny_app'");
  });
});

test("auditing that was asked for fails where auditd is stopped or another rule keeps something out", () => {
  const failsOf = (run: readonly string[]) =>
    texts(build(exampleRecipe({ audit: true, run })), "fail");
  expect(failsOf([])).toEqual([]);
  expect(failsOf(["systemctl disable auditd"])).toEqual(["audit"]);
  expect(failsOf(["echo '-a never,task' > /etc/audit/rules.d/10-quiet.rules"])).toEqual(["audit"]);
});

test("Debian's chrony has Amazon's time source from a file of the build", () => {
  const recipe = exampleRecipe({
    family: "debian-12",
    release: "20251112-2294",
    services: ["ntp"],
  });
  const whole = build(recipe, (script) => script);
  expect(texts(whole, "verdict")[0]).toMatch(/^passed /);
  const play = build(recipe, without("write_text_file /etc/chrony/sources.d/amazon.sources"));
  expect(texts(play, "fail")).toEqual(["time"]);
});

describe("a package of one version", () => {
  const debian = (packages: readonly string[], run: readonly string[] = []) =>
    exampleRecipe({ family: "debian-12", packages: ["chrony", "mtr", ...packages], run });
  const amazon = (packages: readonly string[], run: readonly string[] = []) =>
    exampleRecipe({ packages: ["chrony", "mtr", ...packages], run });
  const fails = (recipe: ImageRecipe) => texts(build(recipe), "fail");

  test.each([
    ["Debian", debian(["nginx-light=1.22.1-9"])],
    ["Amazon Linux", amazon(["nginx=1:1.28.0-1.amzn2023"])],
  ])("is installed on %s, and what the sandbox assumes is said", (_, recipe) => {
    const play = build(recipe);
    // nginx serves the application's port.
    expect(texts(play, "fail").filter((id) => /package|updates/.test(id))).toEqual([]);
    expect(texts(play, "pass").filter((id) => id.startsWith("package:nginx"))).toHaveLength(1);
    expect(texts(play, "notice").join()).toContain("does not know which versions of nginx");
  });

  test.each([
    ["another version is installed", "apt-get install -y --allow-downgrades tree=2.0.0-1"],
    ["the newest version is installed", "apt-get install -y tree"],
    ["everything is brought up to date", "apt-get -y full-upgrade"],
    ["it is removed", "apt-get -y remove tree"],
  ])("fails its check where %s", (_, command) => {
    expect(fails(debian(["tree=2.1.0-1"], [command]))).toEqual(["package:tree=2.1.0-1"]);
  });

  test("keeps it on Amazon Linux where the newest is asked for, but not where all is updated", () => {
    expect(fails(amazon(["tree=1.8.0"], ["dnf -y install tree"]))).toEqual([]);
    expect(fails(amazon(["tree=1.8.0"], ["dnf -y install tree-1.8.0-6.amzn2023"]))).toEqual([]);
    expect(fails(amazon(["tree=1.8.0"], ["dnf -y install tree-1.8.01"]))).toEqual([
      "package:tree=1.8.0",
    ]);
    expect(fails(amazon(["tree=1.8.0"], ["dnf -y update"]))).toEqual(["package:tree=1.8.0"]);
  });

  test("knows it by the manager's own words", () => {
    const asks = ["dpkg-query --show tree | grep 2.1.0-1"];
    expect(texts(build(debian(["tree=2.1.0-1"], asks)), "error")).toEqual([]);
  });

  test.each([
    ["that ends in invalid", debian(["tree=2.0~invalid"]), "tree=2.0~invalid"],
    ["that no version of Debian is", debian(["tree=latest"]), "tree=latest"],
    ["on Amazon Linux", amazon(["tree=0.invalid"]), "tree=0.invalid"],
  ])("ends the build where there is no such version: %s", (_, recipe, asked) => {
    const play = build(recipe);
    expect(texts(play, "error")).toEqual([`find_versions ${asked}`]);
    expect(texts(play, "output").join("\n")).toContain(`There is no ${asked}. The versions of `);
  });

  test("ends the build where there is no such package", () => {
    const play = build(debian(["httpd=2.4"]));
    expect(texts(play, "error")).toEqual(["find_versions httpd=2.4"]);
    expect(texts(play, "output")).toContain("There is no package httpd");
  });

  test.each([
    [
      debian([], ["apt-get install -y tree=0.invalid"]),
      "E: Version '0.invalid' for 'tree' was not found",
    ],
    [amazon([], ["dnf install -y tree-0.invalid"]), "No match for argument: tree-0.invalid"],
  ])("an own command fails in the words of its package manager (%#)", (recipe, words) => {
    expect(texts(build(recipe), "output")).toContain(words);
  });

  test("apt's suites are no versions", () => {
    const suite = debian([], ["apt-get install -y tree/bookworm-backports"]);
    expect(texts(build(suite), "error")).toEqual([]);
  });
});

describe("package sources", () => {
  const key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n";
  const source = (url: string, suite = "bookworm") => ({
    ...{ name: "tools", url, suites: [suite], components: ["main"], key },
  });
  const debian = (change: Partial<ImageRecipe>) =>
    build(exampleRecipe({ family: "debian-12", ...change }));

  test("may have packages that the distribution lacks", () => {
    const play = build(
      exampleRecipe({
        packages: ["chrony", "mtr", "epel-release"],
        sources: [source("https://packages.example.com/a")],
        proxy: "http://10.0.0.5:3128",
      }),
    );
    expect(texts(play, "verdict")[0]).toMatch(/^passed /);
    expect(texts(play, "pass")).toContain("file:/etc/yum.repos.d/tools.repo");
  });

  test.each([
    [
      debian({ sources: [source("https://packages.invalid/a/")] }),
      "E: Failed to fetch https://packages.invalid/a/dists/bookworm/InRelease  Could not resolve 'packages.invalid'",
    ],
    [
      debian({ sources: [source("http://packages.test", "./")] }),
      "E: Failed to fetch http://packages.test/./InRelease  Could not resolve 'packages.test'",
    ],
    [
      debian({ proxy: "http://proxy.invalid:3128" }),
      "E: Failed to fetch http://cdn-aws.deb.debian.org/debian/dists/stable/InRelease  Could not resolve 'proxy.invalid'",
    ],
    [
      build(
        exampleRecipe({
          sources: [source("https://packages.invalid/a")],
          proxy: "http://10.0.0.5:3128",
        }),
      ),
      "  - Status code: 503 for https://packages.invalid/a/repodata/repomd.xml",
    ],
    [
      build(exampleRecipe({ sources: [source("https://packages.invalid/a")] })),
      "Errors during downloading metadata for repository 'tools':",
    ],
    [
      build(exampleRecipe({ proxy: "http://proxy.invalid:3128" })),
      "Errors during downloading metadata for repository 'amazonlinux':",
    ],
  ])("that cannot be reached end the build in the package manager's words (%#)", (play, words) => {
    expect(texts(play, "error")).toEqual(["refresh_package_lists"]);
    expect(texts(play, "output")).toContain(words);
  });

  test("an own command that reads the lists meets them, too", () => {
    const list =
      "printf 'URIs: https://packages.invalid\\nSuites: ./\\n' >/etc/apt/sources.list.d/a.sources";
    const play = debian({ run: [list, "apt-get update"] });
    expect(texts(play, "error")).toEqual(["run_command 2"]);
  });
});

describe("own commands that undo a promise fail its check", () => {
  test.each([
    ["systemctl disable chronyd", ["service:chronyd"]],
    ["systemctl stop chronyd", ["service:chronyd", "time"]],
    ["systemctl mask --now chronyd", ["service:chronyd", "time"]],
    ["echo 'driftfile /var/lib/chrony/drift' > /etc/chrony.conf", ["time"]],
    ["echo 'pool pool.ntp.org iburst' > /etc/chrony.conf", ["time"]],
    ["echo kernel.kptr_restrict=0 > /etc/sysctl.d/zzz.conf", ["kernel"]],
    ["echo net.ipv4.conf.ens5.rp_filter=2 > /etc/sysctl.d/zzz.conf", ["kernel"]],
    ["echo net.ipv6.conf.all.disable_ipv6=0 > /etc/sysctl.d/zzz.conf", ["ipv6:boot"]],
    ["echo root:secret | chpasswd", ["passwords"]],
    ["passwd -d root", ["passwords"]],
    ["useradd -o -u 0 -g 0 toor", ["accounts"]],
    ["useradd deputy\nusermod -aG wheel,users deputy", ["accounts"]],
    ["echo 'auth sufficient pam_permit.so' > /etc/pam.d/sshd", ["pam"]],
    ["echo 'afterpay ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/x", ["sudo"]],
    ["echo 'runcmd: [reboot]' > /etc/cloud/cloud.cfg.d/99-x.cfg", ["first-boot"]],
    ["echo 'PASS_MAX_DAYS 30' > /etc/login.defs", ["accounts:valid"]],
    ["echo 'umask 000' > /etc/profile.d/x.sh", ["logins"]],
    ["echo 'install dccp /sbin/modprobe -i dccp' > /etc/modprobe.d/a.conf", ["system"]],
    ["printf '[Journal]\\nStorage=none\\n' > /etc/systemd/journald.conf.d/z.conf", ["system"]],
    ["touch /etc/cron.deny", ["system"]],
    ["echo '/dev/sdf /tmp ext4 defaults 0 0' > /etc/fstab", ["system"]],
    ["systemctl unmask dnf-automatic-install.timer", ["automatic-updates"]],
    ["dnf -y remove tree", ["package:tree"]],
    ["echo x >> /usr/bin/tree", ["integrity:packages"]],
    ["rm /bin/mtr", ["integrity:packages"]],
    ["cp /bin/bash /usr/local/bin/b\nchmod 4755 /usr/local/bin/b", ["integrity:setuid"]],
    ["chmod g+s /usr/bin/tree", ["integrity:setuid"]],
    ["setcap cap_setuid+ep /usr/bin/python3", ["integrity:setuid"]],
    [
      "chmod 666 /etc/systemd/system/application.service",
      ["integrity:writable", "application:code"],
    ],
    ["mkdir /srv/x\nchmod 0777 /srv/x", ["integrity:writable"]],
    ["chown afterpay /usr/bin/tree", ["integrity:setuid"]],
    ["echo /opt/x.so > /etc/ld.so.preload", ["integrity:added"]],
    ["echo LD_PRELOAD=/opt/x.so > /etc/environment", ["integrity:added"]],
    ["mkdir -p /etc/cron.d\necho '* * * * * root /opt/x' > /etc/cron.d/x", ["integrity:added"]],
    [
      "mkdir -p /etc/polkit-1/rules.d\necho 'return polkit.Result.YES' > /etc/polkit-1/rules.d/x.rules",
      ["integrity:added"],
    ],
    [
      "mkdir -p /var/lib/cloud/scripts/per-boot\necho /opt/x > /var/lib/cloud/scripts/per-boot/x",
      ["first-boot"],
    ],
    ["echo 'session required /opt/x.so' > /etc/pam.d/x", ["pam"]],
    [
      "mkdir -p /etc/systemd/system/service.d\nprintf '[Service]\\nEnvironment=LD_PRELOAD=/opt/x.so\\n' > /etc/systemd/system/service.d/x.conf",
      ["ssh:server"],
    ],
    ["rm /etc/motd", ["file:/etc/motd"]],
    ["echo hacked >> /etc/motd", ["file:/etc/motd"]],
    ["echo 'https://u:p@example.com' > /root/.git-credentials", ["clean:secrets"]],
    ["echo SECRET_KEY=abc > /opt/application/source/.env", ["clean:secrets"]],
    ["echo AKIA2222333344445555 > /etc/environment", ["clean:secrets"]],
    ["printf '%s\\n' '-----BEGIN PRIVATE KEY-----' MII > /srv/x.key", ["clean:secrets"]],
    ["chmod 600 /etc/motd", ["file:/etc/motd"]],
    ["chown afterpay /etc/motd", ["file:/etc/motd"]],
    ["dnf -y install httpd\nsystemctl enable --now httpd", notRunning],
    ["dnf -y install vsftpd && systemctl start vsftpd", ["ports"]],
    ["echo 'PermitRootLogin yes' > /etc/ssh/sshd_config.d/00-a.conf", ["ssh:root"]],
    [
      "printf 'Match User x\\n  PasswordAuthentication yes\\n' > /etc/ssh/sshd_config.d/99-a.conf",
      ["ssh:passwords"],
    ],
    [
      "echo 'Subsystem sftp internal-sftp' > /etc/ssh/sshd_config",
      ["ssh:passwords", "ssh:root", "ssh:forwarding", "ssh:strong"],
    ],
    [
      "mkdir -p /home/ec2-user/.ssh\necho ssh-ed25519 > /home/ec2-user/.ssh/authorized_keys",
      ["ssh:keys"],
    ],
    ["echo 'TrustedUserCAKeys /etc/ssh/ca' > /etc/ssh/sshd_config.d/99-a.conf", ["ssh:keys"]],
    ["echo 'OPTIONS=-oPermitRootLogin=yes' > /etc/sysconfig/sshd", ["ssh:server"]],
    [
      "printf '[Service]\\nExecStart=/usr/sbin/sshd -D -p 2222\\n' > /etc/systemd/system/x.service",
      ["ssh:server"],
    ],
    [
      "mkdir -p /etc/systemd/system/application.service.d\nprintf '[Service]\\nUser=root\\n' > /etc/systemd/system/application.service.d/a.conf",
      ["application:user"],
    ],
    [
      "mkdir -p /etc/systemd/system/application.service.d\nprintf '[Service]\\nNoNewPrivileges=no\\n' > /etc/systemd/system/application.service.d/a.conf",
      ["application:confined"],
    ],
    [
      "mkdir -p /etc/systemd/system/application.service.d\nprintf '[Service]\\nExecStartPre=+/bin/true\\n' > /etc/systemd/system/application.service.d/a.conf",
      ["application:confined"],
    ],
    [
      "mkdir -p /etc/systemd/system/application.service.d\nprintf '[Service]\\nLimitNOFILE=1024\\n' > /etc/systemd/system/application.service.d/a.conf",
      ["application:limits"],
    ],
    ["chown afterpay /opt/application/source", ["application:code"]],
    [
      "chown afterpay /etc/systemd/system/application.service",
      ["integrity:setuid", "application:code"],
    ],
    ["echo 'ec2-user - nofile 99' > /etc/security/limits.d/zzz.conf", ["open-files:users"]],
    ["echo 'root - nofile 99' > /etc/security/limits.d/zzz.conf", ["open-files:root"]],
    [
      "mkdir -p /etc/systemd/system/application.service.d\nprintf '[Service]\\nStandardOutput=null\\n' > /etc/systemd/system/application.service.d/a.conf",
      ["application:journal"],
    ],
  ])("%s", (command, failing) => {
    const play = build(exampleRecipe({ run: [command] }));
    expect(texts(play, "error")).toEqual([]);
    // A file's check comes after cleaning, which is done only when all is well before.
    expect(texts(play, "fail")).toEqual(failing);
    expect(texts(play, "verdict")).toEqual(["failed"]);
  });
});

describe("without an application, what listens has to be let in", () => {
  const tcp = (from: number, to = from) => ({ protocol: "tcp", from, to }) as const;
  const udp = (from: number, to = from) => ({ protocol: "udp", from, to }) as const;
  const everything = [tcp(0, 21), tcp(23, 65_535), udp(0, 65_535)];
  const seenBy = (name: string, listeningPorts: ImageRecipe["listeningPorts"]) => {
    const packages = [name];
    const play = build(
      exampleRecipe({
        ...{ application: undefined, family: "debian-12", verify: [] },
        ...{ packages, services: packages, listeningPorts },
      }),
    );
    expect(texts(play, "error")).toEqual([]);
    const seen = texts(play, "seen");
    expect(texts(play, "fail")).toEqual(seen.length === 0 ? [] : ["ports"]);
    return seen.map((line) => line.split(" 0.0.0.0:*")[0]);
  };

  test.each([
    ["its port", [tcp(80)], []],
    ["a range that begins there", [tcp(80, 90)], []],
    ["a range that ends there", [tcp(23, 80)], []],
    ["everything", everything, []],
    ["nothing", [], ["tcp LISTEN 0 128 0.0.0.0:80"]],
    ["a range that ends before it", [tcp(23, 79)], ["tcp LISTEN 0 128 0.0.0.0:80"]],
    ["a range that begins after it", [tcp(81, 90)], ["tcp LISTEN 0 128 0.0.0.0:80"]],
    ["its port by UDP", [udp(80)], ["tcp LISTEN 0 128 0.0.0.0:80"]],
  ])("a web server, by %s", (_case, ranges, seen) => {
    expect(seenBy("nginx", ranges)).toEqual(seen);
  });

  test.each([
    ["its port by both", [tcp(53), udp(53)], []],
    ["everything", everything, []],
    ["its port by TCP", [tcp(53)], ["udp UNCONN 0 128 0.0.0.0:53"]],
    ["its port by UDP", [udp(50, 60)], ["tcp LISTEN 0 128 0.0.0.0:53"]],
  ])("a name server, which listens by TCP and UDP, by %s", (_case, ranges, seen) => {
    expect(seenBy("dnsmasq", ranges)).toEqual(seen);
  });

  test("a range with SSH's port keeps SSH", () => {
    const machine = build(exampleRecipe({ listeningPorts: [tcp(20, 80)] })).disk;
    const closed = build(exampleRecipe({ listeningPorts: [tcp(23, 80), udp(22)] })).disk;
    expect(machine.services["sshd"]?.masked ?? false).toBe(false);
    expect(closed.services["sshd"]?.masked).toBe(true);
  });
});

test("beside an application, a server of its own is not let in", () => {
  const play = build(exampleRecipe({ run: ["dnf -y install vsftpd && systemctl start vsftpd"] }));
  expect(texts(play, "fail")).toEqual(["ports"]);
});

describe("what the build itself puts right fails nothing", () => {
  test.each([
    ["a setting that the next boot brings back", { run: ["sysctl -w kernel.kptr_restrict=0"] }],
    ["IPv6 until the restart", { run: ["sysctl -w net.ipv6.conf.all.disable_ipv6=0"] }],
    [
      "the minimal curl in the way of the whole one",
      { packages: ["curl"], services: [], verify: ["curl --version", "! rpm -q curl-minimal"] },
    ],
    ["redirects, with IPv6 left on", { ipv6: "enabled" as const }],
    ["a bit taken back", { run: ["chmod 4755 /usr/bin/tree\nchmod u-s /usr/bin/tree"] }],
    [
      "a capability taken back",
      { run: ["setcap cap_net_raw+ep /usr/bin/tree\nsetcap -r /usr/bin/tree"] },
    ],
    ["a sticky folder", { run: ["mkdir /srv/x\nchmod 1777 /srv/x"] }],
    [
      "what the file allows",
      {
        run: [
          "echo x >> /usr/bin/tree\nchmod 4755 /usr/bin/tree\nmkdir -p /srv/a/b\nchmod 777 /srv/a/b /srv/a",
        ],
        allow: {
          changed: ["/usr/bin/tree"],
          setuid: ["/usr/bin/"],
          writable: ["/srv/a", "/srv/a/"],
        },
      },
    ],
    [
      "a package's file that the file itself writes, and a file that everybody may change",
      {
        files: [
          { path: "/usr/bin/tree", content: new Uint8Array(), mode: "0755" },
          { path: "/srv/x", content: new Uint8Array(), mode: "0666" },
          { path: "/etc/cron.d/x", content: new Uint8Array(), mode: "0600" },
          { path: "/etc/ssh/keys", content: new Uint8Array(), mode: "0600", owner: "ec2-user" },
        ],
      },
    ],
    ["Ubuntu's own settings", { family: "ubuntu-24.04" as const }],
  ])("%s", (_case, change) => {
    const play = build(exampleRecipe(change));
    expect([...texts(play, "fail"), ...texts(play, "error")]).toEqual([]);
    expect(texts(play, "verdict")[0]).toMatch(/^passed /);
  });
});

describe("an application that would not work fails", () => {
  test.each([
    [
      "on another port",
      withApplication({ command: "gunicorn --bind 0.0.0.0:8080 tiny_app:app" }),
      ["application:answers", "ports"],
    ],
    ["without its server", withApplication({ python: ["flask"] }), notRunning],
    ["without its framework", withApplication({ python: ["gunicorn"] }), notRunning],
    [
      "with a misspelt module",
      withApplication({ command: "gunicorn --bind 0.0.0.0:80 tinyapp:app" }),
      notRunning,
    ],
    [
      "with a misspelt variable",
      withApplication({ command: "gunicorn --bind 0.0.0.0:80 tiny_app:application" }),
      notRunning,
    ],
  ])("%s", (_case, recipe, failing) => {
    const play = build(recipe);
    expect(texts(play, "fail")).toEqual(failing);
  });

  test.each([
    [
      "gunicorn takes PORT from its environment",
      withApplication({ command: "gunicorn tiny_app:app" }),
    ],
    [
      "a variable in the command",
      withApplication({ command: "exec gunicorn -b :$PORT tiny_app:app" }),
    ],
    [
      "waitress",
      withApplication({
        python: ["flask", "waitress"],
        command: "waitress-serve --listen=*:80 tiny_app:app",
      }),
    ],
    ["python -m", withApplication({ command: "python -m gunicorn -b 0.0.0.0:80 tiny_app:app" })],
    [
      "a script of its own",
      withApplication({
        ...source(
          "import os\nfrom flask import Flask\napp = Flask(__name__)\napp.run(host='0.0.0.0', port=int(os.environ['PORT']))\n",
        ),
        command: "python3 tiny_app.py",
      }),
    ],
    [
      "the standard library alone",
      withApplication({
        ...source("import http.server, json\n"),
        python: [],
        command: "python3 -m http.server 80",
      }),
    ],
  ])("and one that works does not: %s", (_case, recipe) => {
    const play = build(recipe);
    expect(texts(play, "fail")).toEqual([]);
    expect(texts(play, "error")).toEqual([]);
    expect(texts(play, "verdict")[0]).toMatch(/^passed/);
  });

  const pages = `from flask import Flask
app = Flask(__name__)
@app.get("/")
def home():
    return "home"
`;
  const http = (path: string) =>
    ({ healthCheck: { protocol: "http", path, statuses: "200" } }) as const;

  test.each([
    ["on loopback alone", { command: "gunicorn --bind 127.0.0.1:80 tiny_app:app" }],
    ["by uvicorn's default", { python: ["flask", "uvicorn"], command: "uvicorn --port 80 a:app" }],
  ])("%s: no other machine gets an answer", (_case, change) => {
    const text = "app = None\n";
    const content = new TextEncoder().encode(text);
    const play = build(
      withApplication({
        source: {
          kind: "content",
          filename: change.command.includes("a:app") ? "a.py" : "tiny_app.py",
          content,
        },
        ...change,
      }),
    );
    expect(texts(play, "fail")).toEqual(["application:answers"]);
    expect(texts(play, "seen")).toContain("It answers on 127.0.0.1 only.");
  });

  test("behind a web server of the same machine, loopback is enough", () => {
    const command = "gunicorn --bind 127.0.0.1:80 tiny_app:app";
    const play = build(withApplication({ command, internal: true }));
    expect(texts(play, "verdict")[0]).toMatch(/^passed/);
  });

  test.each([
    ["the page that the health check wants", http("/"), [], []],
    ["another page", http("/health"), ["application:answers"], []],
    [
      "a page that cannot be known",
      { ...http("/health"), ...source("app = make()\n") },
      [],
      [expect.stringContaining("assumes that /health answers")],
    ],
    ["a connection alone", { healthCheck: { protocol: "tcp" } as const }, [], []],
  ])("is asked for %s", (_case, change, failing, notices) => {
    const play = build(withApplication({ ...source(pages), ...change }));
    expect(texts(play, "fail")).toEqual(failing);
    if (failing.length > 0) expect(texts(play, "seen")).toContain("HTTP/1.1 404 NOT FOUND");
    expect(texts(play, "notice")).toEqual(notices);
  });

  test.each([
    ["LimitNOFILE=1024", ["/own.service own: Max open files 1024 1024 files"]],
    ["LimitNOFILE=1024:65535", ["/own.service own: Max open files 1024 65535 files"]],
    ["LimitNOFILE=65535", []],
  ])("a service of its own with %s is compared with openFiles", (limit, seen) => {
    const content = new TextEncoder().encode(`[Service]\nExecStart=/bin/cat\n${limit}\n`);
    const unit = { path: "/etc/systemd/system/own.service", content, mode: "0644" };
    const play = build(exampleRecipe({ files: [unit], run: ["systemctl enable own"] }));
    expect(texts(play, "seen")).toEqual(seen);
    expect(texts(play, "fail")).toEqual(seen.length === 0 ? [] : ["open-files:processes"]);
  });

  test("says first what it said itself when it does not run", () => {
    const play = build(withApplication({ python: ["gunicorn"] }));
    const lines = said(play);
    for (const id of notRunning) {
      const at = lines.findIndex(({ kind, text }) => kind === "fail" && text === id);
      expect([id, lines[at + 1]?.text]).toEqual([
        id,
        '  File "/opt/application/source/tiny_app.py", in <module>',
      ]);
    }
  });
});

describe("a step that cannot be done ends the build there, with what the machine would say", () => {
  test.each([
    [
      "a package that is not there",
      exampleRecipe({ packages: ["epel-release"] }),
      /^install_packages epel-release /,
      /Unable to find a match: epel-release/,
    ],
    [
      "ntpd on Amazon Linux 2023",
      exampleRecipe({ packages: ["ntpd"] }),
      /^install_packages ntpd /,
      /No match for argument: ntpd/,
    ],
    [
      "an own command that installs the full curl beside the minimal one",
      exampleRecipe({ run: ["dnf -y install curl"] }),
      /^run_command 1$/,
      /curl-minimal conflicts with curl/,
    ],
    [
      "a package that is not there, on Debian",
      exampleRecipe({ family: "debian-12", packages: ["httpd"] }),
      /^install_packages httpd /,
      /E: Unable to locate package httpd/,
    ],
    [
      "a Python package that is not there",
      withApplication({ python: ["flask.invalid", "gunicorn"] }),
      /^install_python_packages flask.invalid gunicorn$/,
      /No matching distribution found for flask.invalid/,
    ],
    [
      "a service that is not there",
      exampleRecipe({ services: ["chronyd", "nginx"] }),
      /^enable_services chronyd nginx$/,
      /Unit file nginx.service does not exist/,
    ],
    [
      "an owner that is not there",
      exampleRecipe({
        files: [{ path: "/etc/a", content: new Uint8Array(), mode: "0644", owner: "nobody-else" }],
      }),
      /^write_text_file \/etc\/a$/,
      /chown: invalid user/,
    ],
    [
      "an own command that fails",
      exampleRecipe({ run: ["true", "echo oh no >&2\nfalse\necho not reached"] }),
      /^run_command 2$/,
      /^oh no$/,
    ],
    [
      "an own command that is not there",
      exampleRecipe({ run: ["frobnicate --now"] }),
      /^run_command 1$/,
      /frobnicate: command not found$/,
    ],
    [
      "a host that is not there",
      withApplication({
        source: { kind: "url", url: "https://nowhere.invalid/app.tar.gz", sha256: "0".repeat(64) },
      }),
      /^fetch_application app.tar.gz$/,
      /cannot download/,
    ],
  ])("%s", (_case, recipe, step, output) => {
    const play = build(recipe);
    const [error = ""] = texts(play, "error");
    expect(error).toMatch(step);
    expect(texts(play, "output").some((line) => output.test(line))).toBe(true);
    expect(texts(play, "command").length).toBeGreaterThanOrEqual(1);
    expect(texts(play, "verdict")).toEqual(["failed"]);
    expect(texts(play, "step").at(-1), "no step begins after it").toContain(error);
  });

  test("apt finds nothing before it has its lists", () => {
    const recipe = exampleRecipe({ family: "debian-12", updates: "none" });
    const play = build(recipe, without("refresh_package_lists"));
    expect(texts(play, "output")).toContain("E: Unable to locate package chrony");
  });

  test("another distribution's package manager", () => {
    const { script } = renderBuildScript(exampleRecipe({ family: "debian-12" }));
    const play = playScript(script, "amazon-linux-2023", "2023.9.20251117.1");
    expect(texts(play, "error")).toEqual(["refresh_package_lists"]);
    expect(texts(play, "output")[0]).toMatch(/apt-get: command not found$/);
  });
});

describe("a script that is not right", () => {
  const recipe = exampleRecipe();

  test("of another format is not played", () => {
    const play = build(recipe, (script) => script.replace("format=2", "format=3"));
    expect(texts(play, "error")).toEqual(["start"]);
    expect(texts(play, "verdict")).toEqual(["failed"]);
  });

  test("with a step that nothing defines fails as in bash", () => {
    const play = build(recipe, (script) => script.replace("\ndisable_ipv6\n", "\nforget_ipv6\n"));
    expect(texts(play, "output")[0]).toMatch(/line \d+: forget_ipv6: command not found$/);
    expect(texts(play, "verdict")).toEqual(["failed"]);
  });

  test("with a check that nothing defines fails that check", () => {
    const play = build(recipe, (script) =>
      script.replace(" time_is_synchronised", " time_is_synchronized"),
    );
    expect(texts(play, "fail")).toEqual(["time"]);
    expect(texts(play, "seen")[0]).toMatch(/time_is_synchronized: command not found$/);
  });

  test("whose runtime lacks a function fails as in bash", () => {
    const play = build(recipe, (script) => script.replace("\nharden_ssh() {", "\nharden_shh() {"));
    expect(texts(play, "output")[0]).toMatch(/harden_ssh: command not found$/);
  });

  test.each([
    ["a variable", "install_packages $PACKAGES"],
    ["a redirection", "disable_ipv6 > /dev/null"],
    ["an empty line", ""],
    ["a comment", "# nothing"],
    ["an open quote", "install_packages 'mtr"],
    ["two spaces", "install_packages  'mtr'"],
    ["two commands", "disable_ipv6; true"],
  ])("with %s in its body is refused", (_case, line) => {
    const play = build(recipe, (script) => script.replace("\ndisable_ipv6\n", `\n${line}\n`));
    expect(texts(play, "verdict")).toEqual(["failed"]);
    expect(texts(play, "output")[0]).toMatch(/not a valid call of a build script/);
  });

  test("that promises more checks than it has fails", () => {
    const play = build(recipe, (script) => script.replace(/checks=(\d+)/, "checks=99"));
    expect(texts(play, "verdict")).toEqual(["failed"]);
    expect(texts(play, "error").length).toBe(1);
  });

  test("that nothing finishes fails", () => {
    const play = build(recipe, (script) => script.replace("\nfinish_build\n", "\n"));
    expect(texts(play, "verdict")).toEqual(["failed"]);
  });
});

describe("a build that is too slow ends itself", () => {
  test.each([
    ["sleep 99999"],
    ["sleep infinity"],
    ["while true; do sleep 5; done"],
    ["while :; do :; done"],
    ["until systemctl is-active nonexistent; do sleep 1; done"],
  ])("%s", (command) => {
    const play = build(exampleRecipe({ run: [command], timeoutSeconds: 600 }));
    expect(texts(play, "error")).toEqual(["timeout run_command 1"]);
    expect(texts(play, "verdict")).toEqual(["failed"]);
    expect(play.outcome).toBe("powered-off");
    expect(play.afterSeconds).toBeGreaterThan(600);
    expect(play.afterSeconds).toBeLessThan(660);
  });

  test("in a check, too", () => {
    const play = build(exampleRecipe({ verify: ["sleep 99999"], timeoutSeconds: 600 }));
    expect(texts(play, "error")).toEqual(["timeout check verify:1"]);
  });
});
