import { rmSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const { script } = renderBuildScript(fullRecipe);

/** What the check sees after these files changed. Packages own the files in `owned`. */
function seenBy(
  call: string,
  change: (system: ScratchSystem) => void,
  owned: readonly string[] = [],
  before: (system: ScratchSystem) => void = () => {},
): readonly string[] {
  const system = new ScratchSystem();
  for (const path of ["etc/crontab", "etc/ld.so.conf.d/libc.conf", "etc/cron.allow"]) {
    system.write(`/${path}`, "of the base image\n");
  }
  system.program("rpm", owned.map((path) => `echo '${system.path(path)}'`).join("\n") || "exit 0");
  system.write("/var/lib/reconcile/failed", "");
  before(system);
  system.inside(script, "note_packages");
  change(system);
  system.inside(script, `check it ${call}`);
  const seen = system.said("seen");
  expect(system.said("pass")).toHaveLength(seen.length === 0 ? 1 : 0);
  return seen.map((line) => line.replaceAll(system.root, ""));
}

describeWithBash("rules that count for the whole system", () => {
  test("are those of the packages and of the base image", () => {
    expect(seenBy("nothing_is_added", () => {})).toEqual([]);
  });

  test.each([
    "/etc/ld.so.preload",
    "/etc/ld.so.conf.d/x.conf",
    "/etc/cron.d/x",
    "/etc/cron.daily/x y",
    "/etc/anacrontab",
    "/var/spool/cron/crontabs/root",
    "/var/spool/cron/root",
    "/etc/polkit-1/rules.d/x.rules",
    "/etc/polkit-1/localauthority/50-local.d/x.pkla",
    "/usr/share/polkit-1/rules.d/x.rules",
    "/usr/lib/udev/rules.d/x.rules",
    "/etc/binfmt.d/x.conf",
    "/etc/systemd/system-generators/x",
    "/usr/share/dbus-1/system-services/x.service",
    "/etc/NetworkManager/dispatcher.d/x",
    "/usr/lib64/security/pam_x.so",
    "/etc/rc.local",
    "/etc/init.d/x",
    "/etc/network/if-up.d/x",
    "/etc/dhcp/dhclient-exit-hooks.d/x",
    "/etc/networkd-dispatcher/routable.d/x",
    "/etc/update-motd.d/99-x",
    "/etc/logrotate.d/x",
    "/etc/userdb/x.user",
    "/usr/lib64/libnss_x.so.2",
    "/usr/lib/x86_64-linux-gnu/libz.so.1",
    "/usr/local/lib/libz.so",
    "/usr/lib64/glibc-hwcaps/x86-64-v3/libz.so.1",
  ])("do not grow by %s", (path) => {
    const add = (system: ScratchSystem) => system.write(path, "x");
    expect(seenBy("nothing_is_added", add)).toEqual([path]);
    const allowed = `nothing_is_added '(.*${path.replaceAll(".", "\\.")})( .*)?'`;
    expect(seenBy(allowed, add)).toEqual([]);
    expect(seenBy("nothing_is_added", add, [path])).toEqual([]);
  });

  test.each([
    ...["/etc/cron.allow", "/etc/ld.so.cache", "/etc/audit/rules.d/x.rules", "/etc/cronx"],
    ...["/etc/rc.locale", "/etc/initramfs-tools/x", "/usr/local/lib/python3.11/x.so"],
    "/usr/local/lib/node_modules/x/node_modules/undici/lib/dispatcher/agent.js",
    "/usr/share/userdb/x",
    ...["/usr/local/lib/tool/lib/x.so", "/usr/lib64/x/y.so", "/usr/lib/x86_64-linux-gnu/x"],
  ])("are not %s", (path) => {
    expect(seenBy("nothing_is_added", (system) => system.write(path, "x"))).toEqual([]);
  });

  test("do not change, whoever owns them", () => {
    const change = (system: ScratchSystem) => system.write("/etc/crontab", "* * * * * root x\n");
    expect(seenBy("nothing_is_added", change, ["/etc/crontab"])).toEqual(["/etc/crontab"]);
  });

  test("have links that lead where they led, and may lose them", () => {
    const link = (target: string) => (system: ScratchSystem) => {
      rmSync(system.path("/usr/lib/a"), { force: true });
      symlinkSync(target, system.path("/usr/lib/a"));
    };
    const after = (change: (system: ScratchSystem) => void) =>
      seenBy("nothing_is_added", change, [], (system) => {
        system.write("/usr/lib/b", "x");
        link("b")(system);
      });
    expect(after(() => {})).toEqual([]);
    expect(after(link("/srv/b"))).toEqual(["/usr/lib/a"]);
    expect(after((system) => rmSync(system.path("/usr/lib/a")))).toEqual([]);
    const replace = (system: ScratchSystem) => {
      rmSync(system.path("/usr/lib/a"));
      system.write("/usr/lib/a", "x");
    };
    expect(after(replace)).toEqual(["/usr/lib/a"]);
    expect(after((system) => symlinkSync("b", system.path("/usr/lib/c")))).toEqual([]);
    // An update of a package.
    expect(after(link("b.1.2"))).toEqual([]);
    const spaces = (system: ScratchSystem) => {
      system.write("/usr/lib/b", "x");
      symlinkSync("b c", system.path("/usr/lib/a b"));
    };
    expect(seenBy("nothing_is_added", () => {}, [], spaces)).toEqual([]);
  });

  test("may have a library of an update, and one that an alternative leads to", () => {
    const library = "/usr/lib64/libz.so.1";
    const update = (system: ScratchSystem) => system.write(library, "another size");
    const before = (system: ScratchSystem) => system.write(library, "x");
    expect(seenBy("nothing_is_added", update, [library], before)).toEqual([]);
    const choose = (system: ScratchSystem) => {
      system.write("/etc/alternatives/libblas.so.3", "x");
      system.write("/usr/lib/x", "");
      symlinkSync(
        system.path("/etc/alternatives/libblas.so.3"),
        system.path("/usr/lib/libblas.so.3"),
      );
    };
    expect(seenBy("nothing_is_added", choose)).toEqual([]);
  });

  test("are not taken for known when the list is gone", () => {
    const seen = seenBy("nothing_is_added", (system) => {
      system.program("getcap", "exit 0");
      rmSync(system.path("/var/lib/reconcile/rules"));
    });
    expect(seen.join()).toContain("No such file");
  });

  test("have no variable of the dynamic linker for everybody", () => {
    const add = (text: string) => (system: ScratchSystem) => system.write("/etc/environment", text);
    expect(seenBy("nothing_is_added", add("A=b\nexport LD_PRELOAD=/x.so\n"))).toEqual([
      "/etc/environment",
    ]);
    expect(seenBy("nothing_is_added", add("# LD_PRELOAD=/x.so\nA=b\n"))).toEqual([]);
    const environment = "Environment=LANG=C LD_AUDIT=/x.so";
    const set = (system: ScratchSystem) => system.program("systemctl", `echo '${environment}'`);
    expect(seenBy("nothing_is_added", set)).toEqual(["LD_AUDIT="]);
    for (const name of ["BASH_ENV", "PYTHONPATH"]) {
      const bad = (system: ScratchSystem) =>
        system.program("systemctl", `echo 'Environment=LANG=C ${name}=/x'`);
      expect(seenBy("nothing_is_added", bad)).toEqual([`${name}=`]);
    }
    const honest = "Environment=LANG=C NODE_ENV=production RAILS_ENV=x BUILD_ID=1 OLD_PATH=/x";
    const harmless = (system: ScratchSystem) => system.program("systemctl", `echo '${honest}'`);
    expect(seenBy("nothing_is_added", harmless)).toEqual([]);
    expect(seenBy("nothing_is_added", add("BUILD_ID=1\n"))).toEqual([]);
  });
});

describeWithBash("what a service starts as root", () => {
  const shows =
    (...units: readonly string[]) =>
    (system: ScratchSystem) => {
      // Whoever runs the test owns its files.
      system.program("find", `printf '%s\\n' "$@" | grep '^/.*own' || true`);
      system.write("/srv/own", "x");
      system.write("/srv/own folder", "x");
      const text = units.map((unit) => unit.replaceAll("/srv", system.path("/srv"))).join("\n\n");
      system.program("systemctl", `cat <<'END'\n${text}\nEND`);
    };
  const started =
    "Type=exec\nExecStart={ path=/bin/sh ; argv[]=/bin/sh /srv/own ; flags= }\nNice=0";

  test.each([
    ["without a user", [`${started}\nUser=\nX=`], ["/srv/own"]],
    ["as root", [`${started}\nUser=root\nX=`], ["/srv/own"]],
    ["as UID 0", [`${started}\nUser=0\nX=`], ["/srv/own"]],
    ["as somebody else", [`${started}\nUser=own\nX=`], []],
    ["as somebody with a name like root's", [`${started}\nUser=rooted\nX=`], []],
    [
      "with the rights of root for another command",
      [
        `ExecStartPreEx={ path=/bin/chmod ; argv[]=/bin/chmod 700 x ; flags=privileged ; pid=0 }\nDescription=privileged\n${started}\nUser=own\nX=`,
      ],
      [],
    ],
    [
      "with the rights of root",
      [`${started.replace("flags= ", "flags=privileged ")}\nUser=own\nX=`],
      ["/srv/own"],
    ],
    [
      "with variables from a file",
      ["EnvironmentFiles=/srv/own (ignore_errors=no)\nUser=\nX="],
      ["/srv/own"],
    ],
    ["beside a path in a variable", ["Environment=A=/srv/own\nUser=\nX="], []],
    ["beside another", [`${started}\nUser=own\nX=`, `${started}\nUser=\nX=`], ["/srv/own"]],
    ["that does not exist", [`${started.replace("/srv/own", "/srv/none-of-own")}\nUser=\nX=`], []],
  ])("%s, is looked at", (_, units, seen) => {
    expect(seenBy("nothing_is_writable", shows(...units))).toEqual(seen);
  });
});
