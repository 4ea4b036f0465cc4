import { once } from "node:events";
import { linkSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const { script } = renderBuildScript({ ...fullRecipe, family: "debian-12" });
const { script: amazon } = renderBuildScript(fullRecipe);
const { script: ubuntu } = renderBuildScript({ ...fullRecipe, family: "ubuntu-24.04" });

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
      "remove_build_traces; check id none_of identity_files; check prov none_of provisioning_files; check logs none_of log_files",
    );
    expect(cleaned).toEqual({ status: 0, output: "" });
    expect(system.said("seen")).toEqual([]);
    expect(system.said("pass")).toEqual(["id", "prov", "logs"]);
    for (const folder of ["/var/log", "/tmp", "/var/tmp", "/var/lib"]) {
      expect(system.files(folder)).toEqual([]);
    }
    expect(system.files("/home")).toEqual(NAMES.map((name) => `/home/${name}/work`).toSorted());
    expect(system.files("/etc")).toEqual(["/etc/machine-id", "/etc/ssh/sshd_config"]);
    expect(system.read("/etc/machine-id")).toBe("");
  });

  test("overwrites what only one machine may have, before it is removed", () => {
    const system = new ScratchSystem();
    const files = [
      "/etc/ssh/ssh_host_ed25519_key",
      "/etc/machine-id",
      "/etc/hostid",
      "/etc/nvme/hostnqn",
      "/etc/iscsi/initiatorname.iscsi",
      "/var/lib/systemd/random-seed",
      "/var/lib/systemd/credential.secret",
      "/var/lib/amazon/ssm/Vault/Store/RegistrationKey",
      "/var/lib/snapd/device/private-keys-v1/key",
      "/var/lib/fwupd/pki/secret.key",
      "/var/lib/dhcpcd/secret",
      "/var/lib/cloud/instances/i-1/user-data.txt",
    ];
    for (const [index, file] of files.entries()) {
      system.write(file, `InitiatorName=secret ${index}`);
      // A second name of the same blocks, which is what a reader of free blocks sees.
      linkSync(system.path(file), system.path(`/blocks-${index}`));
    }
    system.inside(amazon, "remove_build_traces; check id none_of identity_files");
    expect(system.said("pass")).toEqual(["id"]);
    for (const [index, file] of files.entries()) {
      expect([file, system.read(`/blocks-${index}`).replaceAll("\0", "")]).toEqual([file, ""]);
    }
    expect(system.files("/etc")).toEqual(["/etc/machine-id"]);
    expect(system.files("/var")).toEqual([]);
  });

  test("fails when it cannot overwrite", () => {
    const system = new ScratchSystem();
    system.program("shred", "echo 'shred: failed' >&2; exit 1");
    system.write("/etc/ssh/ssh_host_ed25519_key", "secret");
    expect(system.inside(script, "remove_build_traces").status).toBe(1);
    expect(system.said("output")).toContain("shred: failed");
    expect(system.files("/etc/ssh")).toEqual(["/etc/ssh/ssh_host_ed25519_key"]);
  });

  test.each(["ip-10-0-0-12.ec2.internal", "i-0123456789abcdef0"])(
    "removes the name %s, which EC2 gave the builder",
    (name) => {
      const system = new ScratchSystem();
      system.write("/etc/machine-id", "");
      for (const file of ["/etc/hostname", "/etc/issue"]) system.write(file, `${name}\n`);
      system.inside(script, "remove_build_traces");
      expect(system.files("/etc")).toEqual(["/etc/issue", "/etc/machine-id"]);
    },
  );

  test("keeps a link to the machine id, a name that people gave, and settings beside an identity", () => {
    const system = new ScratchSystem();
    system.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    mkdirSync(system.path("/var/lib/dbus"), { recursive: true });
    symlinkSync("../../../etc/machine-id", system.path("/var/lib/dbus/machine-id"));
    const kept = ["/etc/hostname", "/etc/ssh/ssh_config", "/var/lib/snapd/state.json"];
    for (const file of kept) system.write(file, "shop\n");
    system.inside(script, "remove_build_traces");
    const files = [...kept, "/etc/machine-id", "/var/lib/dbus/machine-id"].toSorted();
    expect([...system.files("/etc"), ...system.files("/var")]).toEqual(files);
  });

  test("lets Debian's iSCSI daemon make a name of its own, which does not start without the file", () => {
    const system = new ScratchSystem();
    system.write(
      "/etc/iscsi/initiatorname.iscsi",
      "# unique\nInitiatorName=iqn.1993-08.org.debian:1\n",
    );
    system.inside(script, "remove_build_traces; check id none_of identity_files");
    expect(system.said("pass")).toEqual(["id"]);
    expect(system.read("/etc/iscsi/initiatorname.iscsi")).toBe("GenerateName=yes\n");
  });

  test("lets snapd on Ubuntu forget the device, after its key is overwritten", async () => {
    const system = new ScratchSystem();
    const key = "/var/lib/snapd/device/private-keys-v1/key";
    system.write(key, "secret");
    linkSync(system.path(key), system.path("/blocks"));
    const daemon = createServer().listen(system.path("/run/snapd.socket"));
    await once(daemon, "listening");
    system.program(
      "curl",
      `printf '%s ' "$@" >${system.path("/asked")}; cat ${system.path("/blocks")} >${system.path("/then")}; exit 1`,
    );
    system.inside(ubuntu, "remove_build_traces; check id none_of identity_files");
    daemon.close();
    expect(system.read("/asked")).toContain("/v2/model/serial");
    expect(system.read("/asked")).toContain(
      '"action":"forget","no-registration-until-reboot":true',
    );
    expect(system.read("/then").replaceAll("\0", "")).toBe("");
    expect(system.said("pass")).toEqual(["id"]);
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
    system.write("/etc/machine-id", "");
    system.write("/var/log/x\nreconcile: pass", "said");
    system.inside(script, "check clean:logs none_of log_files");
    expect(system.said("pass")).toEqual([]);
    expect(system.said("fail")).toEqual(["clean:logs"]);
    expect(system.said("seen")).toEqual([`'${system.root}/var/log/x'$'\\n''reconcile: pass'`]);
  });

  test("takes only X11's own folders of sockets for no temporary files", () => {
    const system = new ScratchSystem();
    for (const name of ["X11", "ICE", "XIM", "font", "Test"]) {
      mkdirSync(system.path(`/tmp/.${name}-unix`));
    }
    const others = ["/tmp/.y-unix/z", "/var/tmp/.x-unix", "/var/tmp/.X11-unix"];
    for (const path of others) system.write(path, "temporary");
    system.write("/etc/machine-id", "");
    const call = "check clean:logs none_of log_files";
    system.inside(script, call);
    expect(system.said("seen").map((path) => path.replace(system.root, ""))).toEqual([
      "/tmp/.y-unix",
      ...others.slice(1).toSorted(),
    ]);
    system.inside(script, `remove_build_traces; ${call}`);
    expect(system.said("pass")).toEqual(["clean:logs"]);
    expect(readdirSync(system.path("/tmp"))).toHaveLength(5);
  });

  test("a list that cannot be made is not an empty one", () => {
    const system = new ScratchSystem();
    system.program("find", "exit 1");
    system.inside(script, "check clean:logs none_of log_files");
    expect(system.said("fail")).toEqual(["clean:logs"]);
  });

  test("keys that came along go, and a link in the way of them leads nowhere", () => {
    const system = new ScratchSystem();
    system.program("usermod", "exit 0");
    system.program("dpkg", "exit 0");
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
    expect(system.read("/asked").split("\n")).toContain("-h");
    expect(lstatSync(system.path("/srv/x")).isFile()).toBe(true);
  });
});
