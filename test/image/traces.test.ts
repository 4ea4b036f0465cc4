import { lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const { script } = renderBuildScript({ ...fullRecipe, family: "debian-12" });

/** Names that a service without privileges may give its files. */
const NAMES = [
  "plain",
  "with space",
  "-rf",
  "--no-preserve-root",
  "*",
  "$(reboot)",
  "`reboot`",
  "'\"",
  "back\\slash",
  "line\nbreak",
  "\n",
  "line\n",
  "tab\there",
  "carriage\rreturn",
  "\u001b[2J",
  "é\u202e",
];

describeWithBash("cleaning", () => {
  test("removes what a service wrote, whatever its name, and nothing else", () => {
    const system = new ScratchSystem();
    for (const name of NAMES) {
      system.write(`/var/log/service/${name}/${name}`, "said");
      system.write(`/tmp/${name}`, "temporary");
      system.write(`/var/tmp/folder ${name}/inner/${name}`, "temporary");
      system.write(`/tmp/systemd-private-1-${name}/tmp/${name}`, "private");
      system.write(`/var/lib/dhcpcd/${name}`, "lease");
      system.write(`/var/lib/amazon/ssm/${name}/${name}`, "registration");
      system.write(`/home/${name}/.bash_history`, "typed");
      system.write(`/home/${name}/.cache/${name}`, "kept");
      system.write(`/home/${name}/work`, "stays");
    }
    system.write("/etc/ssh/ssh_host_rsa_key", "host key");
    system.write("/etc/ssh/sshd_config", "stays");
    system.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");

    const cleaned = system.inside(
      script,
      "remove_build_traces; check id identity_is_removed; check prov provisioning_is_removed; check logs logs_are_removed",
    );
    expect(cleaned).toEqual({ status: 0, output: "" });
    expect(system.said("pass")).toEqual(["id", "prov", "logs"]);
    for (const folder of ["/var/log", "/tmp", "/var/tmp", "/var/lib"]) {
      expect(system.files(folder)).toEqual([]);
    }
    expect(system.files("/home")).toEqual(NAMES.map((name) => `/home/${name}/work`).toSorted());
    expect(system.files("/etc")).toEqual(["/etc/machine-id", "/etc/ssh/sshd_config"]);
    expect(system.read("/etc/machine-id")).toBe("");
  });

  test("is not led to another file by a name with a line end in it", () => {
    const system = new ScratchSystem();
    system.write("/mnt/00-reconcile.conf", "PermitRootLogin no\n");
    // What a list of lines would cut into two names, the second of which is root's file.
    system.write(`/var/log/service/a\n${system.root}/mnt/00-reconcile.conf`, "");
    system.write(`/tmp/x\n${system.root}/mnt/00-reconcile.conf`, "");
    expect(system.inside(script, "remove_build_traces").output).toBe("");
    expect(system.files("/mnt")).toEqual(["/mnt/00-reconcile.conf"]);
    expect(system.files("/var/log")).toEqual([]);
  });

  test("follows no link, and does not when a folder becomes one while it runs", () => {
    const system = new ScratchSystem();
    system.write("/etc/victim/keep", "root's");
    system.write("/var/log/service/deep/keep", "the service's");
    symlinkSync(system.path("/etc/victim"), system.path("/var/log/link"));
    symlinkSync(system.path("/etc/victim"), system.path("/tmp/link"));
    symlinkSync(system.path("/etc/victim"), system.path("/tmp/systemd-private-link"));
    // The moment between finding and removing: the folder is moved away, and a link is in its place.
    const rm = "rm.real";
    system.program(
      "rm",
      `if [[ $* == *keep* ]] && [ ! -e ${system.path("/swapped")} ]; then
  : >${system.path("/swapped")}
  mv ${system.path("/var/log/service/deep")} ${system.path("/var/log/service/moved")}
  ln -s ${system.path("/etc/victim")} ${system.path("/var/log/service/deep")}
fi
exec ${rm} "$@"`,
    );
    system.lend("rm", rm);
    expect(system.inside(script, "remove_build_traces").output).toBe("");
    expect(system.files("/swapped")).toHaveLength(1);
    expect(system.read("/etc/victim/keep")).toBe("root's");
    expect(system.files("/tmp")).toEqual([]);
  });

  test("says what is left by names of one line each, and passes nothing that is left", () => {
    const system = new ScratchSystem();
    system.write("/var/log/x\nreconcile: pass", "said");
    system.inside(script, "check clean:logs logs_are_removed");
    expect(system.said("pass")).toEqual([]);
    expect(system.said("fail")).toEqual(["clean:logs"]);
    expect(system.said("seen")).toEqual([`$'${system.root}/var/log/x\\nreconcile: pass'`]);
  });

  test("a list that cannot be made is not an empty one", () => {
    const system = new ScratchSystem();
    system.program("find", "exit 1");
    system.inside(script, "check clean:logs logs_are_removed");
    expect(system.said("fail")).toEqual(["clean:logs"]);
  });

  test("keys that came along go, and a link in the way of them leads nowhere", () => {
    const system = new ScratchSystem();
    system.program("usermod", "exit 0");
    system.write("/var/lib/reconcile/step", "");
    system.write("/var/lib/dpkg/info/base.list", "");
    system.write("/etc/shadow", "root:*:1:0:99999:7:::\n");
    system.write("/root/.ssh/authorized_keys", "ssh-rsa A\n");
    system.write("/home/one\ntwo/.ssh/authorized_keys", "ssh-rsa B\n");
    system.write("/home/one\ntwo/.ssh/config", "stays");
    system.write("/etc/keys/authorized_keys", "root's own");
    mkdirSync(system.path("/home/three"));
    symlinkSync(system.path("/etc/keys"), system.path("/home/three/.ssh"));
    expect(system.inside(script, "lock_passwords")).toEqual({ status: 0, output: "" });
    expect(system.files("/etc/keys")).toEqual(["/etc/keys/authorized_keys"]);
    expect(system.files("/home")).toEqual(["/home/one\ntwo/.ssh/config"]);
    expect(system.files("/root")).toEqual([]);
  });

  test("a file's owner is set on the file itself, not on what a link in its place leads to", () => {
    const system = new ScratchSystem();
    system.write("/etc/victim", "root's");
    system.program("chown", `printf '%s\\n' "$@" >${system.path("/asked")}`);
    system.inside(script, "write_text_file /srv/x 0644 root:root hello");
    expect(system.read("/asked").split("\n")).toContain("--no-dereference");
    expect(lstatSync(system.path("/srv/x")).isFile()).toBe(true);
  });
});
