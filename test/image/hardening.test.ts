import { expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const amazon = renderBuildScript(fullRecipe).script;
const ubuntu = renderBuildScript({ ...fullRecipe, family: "ubuntu-24.04", release: "20251112" });

/** What that check sees on a system with these stand-ins for its programs. */
function seenBy(script: string, call: string, programs: Readonly<Record<string, string>>) {
  const system = new ScratchSystem();
  for (const [name, body] of Object.entries(programs)) system.program(name, body);
  for (const name of ["cron", "at"]) system.write(`/etc/${name}.allow`, "");
  system.inside(script, `check 'it' ${call}`);
  expect(system.said("pass")).toHaveLength(system.said("fail").length === 0 ? 1 : 0);
  return system.said("seen");
}

describeWithBash("updates by themselves", () => {
  const call = "updates_and_snaps_are_disabled 'one.timer' 'other.timer'";
  const masked = "echo masked; exit 1";

  test.each([
    ["are off when the units are masked", { systemctl: masked }, []],
    [
      "are on when a unit is not",
      { systemctl: `if [ "$2" = other.timer ]; then echo disabled; else echo masked; fi; exit 1` },
      ["other.timer is disabled"],
    ],
    ["are off when snapd holds its snaps", { systemctl: masked, snap: "echo forever" }, []],
    [
      "are on when snapd holds them for a day",
      { systemctl: masked, snap: "echo 2026-11-29T00:00:00Z" },
      ["snapd updates its snaps"],
    ],
    [
      "are on when snapd has no such setting",
      { systemctl: masked, snap: "exit 1" },
      ["snapd updates its snaps"],
    ],
  ])("%s", (_, programs, seen) => {
    expect(seenBy(ubuntu.script, call, programs)).toEqual(seen);
  });
});

describeWithBash("the kernel's command line", () => {
  const usual =
    "ro console=tty0 console=ttyS0,115200n8 nvme_core.io_timeout=4294967295 rd.emergency=poweroff rd.shell=0 selinux=1 security=selinux quiet numa_cma=1:64M consoleblank=0 systemd.show_status=true panic=-1 slab_nomerge init_on_alloc=1";
  const seen = (more: string) =>
    seenBy(amazon, "boot_arguments_are slab_nomerge", {
      grubby: `echo 'args="${usual} ${more}"'`,
    });

  test("may have what the base images have", () => {
    for (const more of ["", "net.ifnames=0", "systemd.unified_cgroup_hierarchy=1"]) {
      expect(seen(more)).toEqual([]);
    }
  });

  test.each([
    ["init=/srv/x"],
    ["rdinit=/srv/x"],
    ["mitigations=off"],
    ["nokaslr"],
    ["systemd.debug_shell=1"],
    ["systemd.unit=rescue.target"],
    ["systemd.set_credential=passwd.plaintext-password.root:x"],
    ["systemd.machine_id=0123456789abcdef0123456789abcdef"],
    ["ds=nocloud"],
    ["cloud-config-url=http://x/y", "url=http://x/y"],
  ])("may not have %s", (word, said = word) => {
    expect(seen(`${word} quiet`)).toEqual([said]);
  });
});

describeWithBash("the system of Amazon Linux", () => {
  const usual = {
    // The owner of these files is whoever runs the test.
    find: "exit 0",
    modprobe: "printf '%s\\n' 'insmod /lib/libcrc32c.ko ' 'install /bin/true '",
    "systemd-analyze": String.raw`printf '%s\n' Storage=auto Storage=persistent Compress=yes ForwardToSyslog=no`,
    getenforce: "echo Permissive",
  };
  const call = "system_is_hardened 'cramfs'";

  test.each([
    ["is hardened with a permissive SELinux", {}, []],
    ["is not without SELinux", { getenforce: "echo Disabled" }, ["SELinux is disabled"]],
    [
      "is not when a module can be loaded",
      { modprobe: "echo 'insmod /lib/cramfs.ko '" },
      ["cramfs can be loaded: insmod /lib/cramfs.ko"],
    ],
    [
      "is not when the command in a module's place loads it",
      { modprobe: "echo 'install /bin/true; modprobe --ignore-install cramfs'" },
      ["cramfs can be loaded: install /bin/true; modprobe --ignore-install cramfs"],
    ],
    [
      "is not when the journal's last word is another",
      { "systemd-analyze": "printf '%s\\n' Storage=persistent Storage=none Compress=yes" },
      ["the journal has", "the journal has Storage=none"],
    ],
  ])("%s", (_, change, seen) => {
    const found = seenBy(amazon, call, { ...usual, ...change });
    expect(found.map((line) => line.trim())).toEqual(seen);
  });
});
