import { describe, expect, test } from "vitest";
import { type Build, TimedOut } from "../../../src/sandbox/guest/build.ts";
import { baseDisk } from "../../../src/sandbox/guest/disk.ts";
import { Machine } from "../../../src/sandbox/guest/machine.ts";
import { everything } from "../../../src/sandbox/guest/reach.ts";
import { runText } from "../../../src/sandbox/guest/shell/run-text.ts";
import fc from "../../fast-check.ts";

interface Played {
  readonly build: Build;
  readonly machine: Machine;
  readonly notices: string[];
  readonly seconds: () => number;
}

function machineOf(family: string): Played {
  const machine = new Machine(baseDisk(family, "2023.9.20251117.1"));
  machine.disk.packageLists = true;
  machine.writeFile("/etc/app.conf", "port = 80\n# comment\nname = web\n", "0640", "root");
  let seconds = 0;
  const notices: string[] = [];
  const build: Build = {
    machine,
    family,
    startedAt: 0,
    contents: new Map(),
    reach: everything,
    release: "2023.9.20251117.1",
    spend: (more) => {
      if (!Number.isFinite(more)) throw new TimedOut();
      seconds += more;
    },
    print: () => {},
    nextCommand: () => 1,
    nextOwnCommand: () => 1,
    notice: (text) => {
      notices.push(text);
    },
  };
  return { build, machine, notices, seconds: () => seconds };
}

function run(text: string, family = "amazon-linux-2023") {
  return runText(text, machineOf(family).build);
}

describe("statuses are bash's", () => {
  test.each([
    ["true", 0],
    ["false", 1],
    ["! false", 0],
    ["! true", 1],
    ["exit 7", 7],
    ["false || true", 0],
    ["true && false", 1],
    // set -e leaves what stands before && and ||, and conditions, alone.
    ["false && true\ntrue", 0],
    ["if false; then exit 3; fi", 0],
    ["if ! grep -q x /etc/app.conf; then exit 3; fi", 3],
    ["while false; do exit 3; done", 0],
    ["false\ntrue", 1],
    ["(false)\ntrue", 1],
    ["{ false; true; } || true\nexit 4", 4],
    ["f() { return 5; }; f", 5],
    ['f() { [ "$1" = a ]; }\nf a', 0],
    ["for x in a b c; do [ $x != c ] || exit 6; done", 6],
    ["for f in a{1,2}; do touch /tmp/$f; done; test -f /tmp/a2", 0],
    // pipefail
    ["false | true", 1],
    ["echo yes | grep -q yes", 0],
    ["echo yes | grep -q no", 1],
    // set -u
    ["echo $UNSET", 1],
    [`echo \${UNSET:-x}`, 0],
    ["x=1; [ $x -eq 1 ]", 0],
    ["x=$(false); true", 1],
    ["x=$(echo a b); [ \"$x\" = 'a b' ]", 0],
    ["set +e; false; true", 0],
    // What is not there
    ["frobnicate", 127],
    ["/usr/bin/frobnicate", 127],
    ["mtr --version", 127],
    ["dnf -y install mtr && mtr --version", 0],
    // What cannot be read
    ["echo 'open", 2],
    ["if true; then", 2],
    ["fi", 2],
    ["true &&", 2],
    ["bash -c 'exit 9'", 9],
    ["sudo -u nobody true", 0],
    ["timeout 5 false", 1],
    ["eval 'exit 8'", 8],
    ["cat <<'END' > /etc/x\n$HOME\nEND\ngrep -qF '$HOME' /etc/x", 0],
    ["cat <<END > /etc/x\n$HOME\nEND\ngrep -q ^/root$ /etc/x", 0],
    ["tee /etc/x <<< hello >/dev/null; grep -qx hello /etc/x", 0],
    ["case x in x) exit 3 ;; esac", 0],
    ["(( 1 + 1 ))", 0],
  ])("%j ends with %i", (text, status) => {
    expect(run(text)).toMatchObject({ status });
  });
});

describe("tests", () => {
  test.each([
    ["test -f /etc/passwd", 0],
    ["test -f /etc/nothing", 1],
    ["[ -d /etc ]", 0],
    ["[ -d /etc/passwd ]", 1],
    ["[ -e /nowhere ]", 1],
    ["[ ! -e /nowhere ]", 0],
    ["test -x /usr/bin/curl", 0],
    ["test -x /etc/app.conf", 1],
    ["chmod +x /etc/app.conf; test -x /etc/app.conf", 0],
    ["[ -s /etc/app.conf ]", 0],
    ["touch /etc/e; [ -s /etc/e ]", 1],
    ["[ a = a ]", 0],
    ["[ a != a ]", 1],
    ["[ 2 -gt 1 ]", 0],
    ["[ 1 -gt 2 ]", 1],
    ["[ x -gt 2 ]", 2],
    ["[ a = a", 2],
    ["[ -f /etc/passwd -a -f /nowhere ]", 1],
    ["[ -f /nowhere -o -f /etc/passwd ]", 0],
    ["[[ abc == a* && abc =~ ^a.c$ ]]", 0],
    ["[[ abc == b* || -f /nowhere ]]", 1],
    ['[ "$(cat /etc/app.conf | head -1)" = "port = 80" ]', 0],
    ['[ "$(cat /etc/app.conf | head -1)" = "port = 81" ]', 1],
    ['[ "$(stat -c %a:%U /etc/app.conf)" = 640:root ]', 0],
    // Nobody here knows the kernel's version or the date.
    ['[ "$(uname -r)" = 6.1 ]', 0],
  ])("%j ends with %i", (text, status) => {
    expect(run(text)).toMatchObject({ status });
  });
});

describe("what people look up on the machine", () => {
  test.each([
    ["command -v curl", 0],
    ["command -v mtr", 1],
    ["which tree", 1],
    ["rpm -q chrony", 0],
    ["rpm -q tree", 1],
    ["systemctl is-active chronyd", 0],
    ["systemctl is-active nginx", 3],
    ["systemctl is-enabled chronyd", 0],
    ["systemctl is-enabled nginx", 1],
    ["systemctl disable chronyd; systemctl is-enabled chronyd", 1],
    ["systemctl stop chronyd; systemctl is-active -q chronyd", 3],
    ["systemctl enable --now nginx", 1],
    ["dnf install -y nginx\nsystemctl enable --now nginx\nsystemctl is-active nginx", 0],
    // Names that certainly are none of Amazon Linux 2023, and the one ending that never is.
    ["dnf install -y epel-release", 1],
    ["dnf install -y no-such-thing.invalid", 1],
    ["grep -q '^port = 80$' /etc/app.conf", 0],
    ["grep -q '^port = 81$' /etc/app.conf", 1],
    ["grep -qE 'port|host' /etc/app.conf", 0],
    ["grep -q 'name\\|host' /etc/app.conf", 0],
    ["grep -qv port /etc/app.conf", 0],
    ["grep -q x /nowhere", 2],
    ["grep -c port /etc/app.conf | grep -qx 1", 0],
    ["id nobody", 0],
    ["id someone", 1],
    ["useradd someone && id someone", 0],
    ["getent passwd someone", 2],
    [
      "[ $(sysctl -n kernel.sysrq) = 5 ] || true; sysctl -w kernel.sysrq=5; [ $(sysctl -n kernel.sysrq) = 5 ]",
      0,
    ],
    ["sysctl -w foo=1", 1],
    ["pip3 --version", 127],
    ["dnf -y install python3-pip && pip3 install flask", 0],
    ["dnf -y install python3-pip && pip3 install flask.invalid", 1],
    ["curl -fsS https://nowhere.invalid/x -o /tmp/x", 6],
    [
      "curl -fsS https://example.com/x -o /usr/local/bin/x && chmod 755 /usr/local/bin/x && x --version",
      0,
    ],
    ["git clone https://example.com/x.git /opt/x", 127],
    ["dnf -y install git; git clone https://example.com/x.git /opt/x; cd /opt/x", 0],
  ])("%j ends with %i", (text, status) => {
    expect(run(text)).toMatchObject({ status });
  });

  test.each([
    ["dpkg -s chrony", 0],
    ["dpkg -s tree", 1],
    ["apt-get install -y tree && dpkg -s tree && tree", 0],
    ["apt-get install -y httpd", 100],
    ["apt-get install -y No_such_thing", 100],
    ["rpm -q chrony", 127],
    ["systemctl is-active chrony", 0],
    // Debian's packages start their services.
    ["apt-get install -y nginx; systemctl is-active nginx && systemctl is-enabled nginx", 0],
  ])("on Debian: %j ends with %i", (text, status) => {
    expect(run(text, "debian-12")).toMatchObject({ status });
  });
});

describe("files", () => {
  test.each([
    ["mkdir -p /opt/a/b && touch /opt/a/b/c && test -f /opt/a/b/c", 0],
    ["mkdir /opt/a/b", 1],
    ["mkdir /etc", 1],
    ["touch /opt/a/c", 1],
    ["echo x > /opt/a/c", 1],
    ["rm /nowhere", 1],
    ["rm -f /nowhere", 0],
    ["mkdir -p /opt/a; touch /opt/a/c; rm -rf /opt/a; test -e /opt/a/c", 1],
    ["cp /etc/app.conf /etc/b.conf; grep -q port /etc/b.conf", 0],
    ["mv /etc/app.conf /tmp/; test -e /etc/app.conf", 1],
    ["cp /nowhere /etc/b", 1],
    ["ln -s /etc/app.conf /etc/l; grep -q port /etc/l", 0],
    ["echo one > /etc/o; echo two >> /etc/o; [ $(cat /etc/o | grep -c .) = 2 ]", 0],
    ["cd /nowhere", 1],
    ["cd /etc; test -f app.conf", 0],
    ["(cd /etc); test -f app.conf", 1],
    ["chown nobody-there /etc/app.conf", 1],
    ["sed -i 's/80/81/' /etc/app.conf", 0],
    ["sed -i 's/80/81/' /nowhere", 2],
    [
      "install -d /srv/a && install -m 600 /etc/app.conf /srv/a/ && [ $(stat -c %a /srv/a/app.conf) = 600 ]",
      0,
    ],
    ["echo a 2>&1 >/dev/null | grep a", 1],
    ["ls /nowhere 2>/dev/null || true", 0],
  ])("%j ends with %i", (text, status) => {
    expect(run(text)).toMatchObject({ status });
  });
});

test("output and errors are what is seen", () => {
  expect(run("echo one; ls /nowhere").output).toEqual([
    "one",
    "ls: cannot access '/nowhere': No such file or directory",
  ]);
  expect(run("true\nfrobnicate now").output).toEqual([
    "bash: line 2: frobnicate: command not found",
  ]);
  expect(run("echo $NOPE").output).toEqual(["bash: line 1: NOPE: unbound variable"]);
  expect(run("printf '%s=%5d|\\n' a 7 b 8").output).toEqual(["a=    7|", "b=    8|"]);
});

test("time passes while it sleeps", () => {
  const { build, seconds } = machineOf("amazon-linux-2023");
  runText("sleep 5; sleep 2m", build);
  expect(seconds()).toBe(125);
});

test.each([
  ["break", 0],
  ["return 3", 3],
  ["bash -c 'return 4'", 4],
  ["$(".repeat(5000), 2],
  ["( ".repeat(5000), 2],
])("%# ends, too", (text, status) => {
  expect(run(text).status).toBe(status);
});

test("a function that calls itself for ever ends", () => {
  expect(run("f() { f; }; f").status).toBe(1);
});

test("no text brings it down", () => {
  const pieces = fc.constantFrom(
    ..."if then else elif fi for in do done while until case esac { } ( ) [ ] [[ ]] ! && || ; | & > >> < << <<< 2>&1 \n \\ ' \" ` $ $( { $(( )) x=1 $x -f -a = * ~ # EOF a /etc /tmp/a grep sed test cp systemctl dnf install constructor __proto__".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (words) => {
      try {
        expect(Number.isInteger(run(words.join(" ")).status)).toBe(true);
      } catch (error) {
        // A loop without end is the one thing that has no status.
        expect(error).toBeInstanceOf(TimedOut);
      }
    }),
    { numRuns: 3000, seed: 20261122 },
  );
});
