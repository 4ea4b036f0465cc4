import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fill } from "../packing/directory.ts";
import { MINIMAL, Process } from "./process.ts";

const stackOf = (playbook: string) =>
  MINIMAL.replace(
    /^image: .*$/m,
    `image:\n  base: debian-12\n  ansible: { playbook: ${playbook}, version: 2.18.1 }`,
  );

const PLAY = "- hosts: localhost\n  roles: [web]\n";

function open(files: Parameters<typeof fill>[1], playbook = "./ansible/site.yml"): Process {
  const process = new Process({ "shop.yaml": stackOf(playbook) });
  process.env = { RECONCILE_SANDBOX_SPEED: "5000" };
  fill(process.directory, files);
  return process;
}

/** The calls of the build script about the playbook. */
async function callsOf(process: Process): Promise<readonly string[]> {
  expect(await process.run("image --sandbox")).toBe(0);
  const script = process.stdout.text;
  return script
    .slice(script.lastIndexOf("# reconcile-body"))
    .split("\n")
    .filter((line) => /ansible|playbook/.test(line));
}

async function saidOf(process: Process): Promise<string> {
  expect(await process.run("validate")).toBe(1);
  return `${process.stdout.text}${process.stderr.text}`.replaceAll(process.directory, "");
}

describe("the folder of a playbook", () => {
  test("that is small is in the build script, file by file, and is removed at its end", async () => {
    const process = open({
      "ansible/site.yml": PLAY,
      "ansible/roles/web/tasks/main.yml": "[]\n",
      "ansible/.reconcileignore": "*.retry\n",
      "ansible/site.retry": "",
    });
    expect((await callsOf(process)).map((line) => line.split(" ").slice(0, 4).join(" "))).toEqual([
      "write_text_file /var/lib/reconcile/ansible/files/roles/web/tasks/main.yml 0644 root",
      "write_text_file /var/lib/reconcile/ansible/files/site.yml 0644 root",
      "write_text_file /var/lib/reconcile/ansible/variables.json 0600 root",
      "install_ansible 3 2.18.1",
      "run_playbook site.yml",
      "check ansible:idempotent playbook_changes_nothing site.yml",
      "remove_ansible",
      "check clean:ansible none_of ansible_files",
    ]);
  });

  test("that is large is an archive, which the builder fetches from the stack's bucket", async () => {
    const process = open({ "ansible/site.yml": PLAY, "ansible/files/large": "#".repeat(20_000) });
    expect(await callsOf(process)).toContainEqual(
      expect.stringMatching(/^unpack_playbook [0-9a-f]{64}$/),
    );
    expect(await process.run("apply --sandbox --yes")).toBe(0);
    expect(process.stdout.text).toContain("bucket/");
    expect(process.stdout.text).toContain("not run in the sandbox: the playbook site.yml");
    expect(await process.run("plan --sandbox --check")).toBe(0);
  });

  test("that has changed since a plan was saved refuses the plan", async () => {
    const process = open({ "ansible/site.yml": PLAY, "ansible/files/large": "#".repeat(20_000) });
    expect(await process.run("plan --sandbox --out saved")).toBe(0);
    fill(process.directory, { "ansible/files/new": "" });
    expect(await process.run("apply --sandbox --plan saved --yes")).toBe(1);
    expect(process.stderr.text).toContain(
      "ansible: the directory has changed since the plan: 1 file added (files/new)",
    );
    rmSync(join(process.directory, "ansible/files/new"));
    expect(await process.run("apply --sandbox --plan saved --yes")).toBe(0);
  });

  test("that is small is in a saved plan, so that the plan does what it shows", async () => {
    const process = open({ "ansible/site.yml": PLAY });
    expect(await process.run("plan --sandbox --out saved")).toBe(0);
    rmSync(join(process.directory, "ansible"), { recursive: true });
    expect(await process.run("apply --sandbox --plan saved --yes")).toBe(0);
  });

  test("may be the stack file's, which is not part of it", async () => {
    const process = open({ "site.yml": PLAY, "more.txt": "" }, "./site.yml");
    const calls = await callsOf(process);
    expect(calls.filter((line) => line.includes("/files/"))).toEqual([
      expect.stringContaining("/files/more.txt "),
      expect.stringContaining("/files/site.yml "),
    ]);
  });
});

test("the folder of a playbook has warnings about unusual files, which fit a playbook", async () => {
  const process = open({
    "ansible/site.yml": PLAY,
    "ansible/.venv/bin/ansible": "",
    "ansible/node_modules/a/index.js": "",
  });
  expect(await process.run("validate")).toBe(0);
  const said = `${process.stdout.text}${process.stderr.text}`.replaceAll(/\s+/g, " ");
  expect(said).toMatch(
    /warning: image\.ansible\.playbook: .*ansible\/node_modules: these packages/,
  );
  expect(said).toContain("Write node_modules/ into .reconcileignore. An application's build can");
  expect(said).toMatch(/ansible\/\.venv: this virtual environment was created for this machine/);
  expect(said).toContain(
    "The build installs Ansible, and an application's packages if you list them under python.",
  );
});

describe("a playbook is an error", () => {
  test.each<[what: string, files: Parameters<typeof fill>[1], said: readonly string[]]>([
    [
      "if it does not exist",
      { "ansible/main.yml": PLAY },
      ["/ansible/site.yml: the file does not exist"],
    ],
    ["if it is a folder", { "ansible/site.yml/a": "" }, ["/ansible/site.yml: "]],
    [
      "if it is excluded",
      { "ansible/site.yml": PLAY, "ansible/a": "", "ansible/.gitignore": "*.yml\n" },
      [
        "/ansible/site.yml: the playbook is excluded by a .gitignore or .reconcileignore",
        "Write !site.yml into /ansible/.reconcileignore.",
      ],
    ],
    [
      "if it is for other hosts, at its place, with all others",
      {
        "ansible/site.yml": "- import_playbook: db.yml\n- hosts: web\n",
        "ansible/db.yml": "- hosts: db\n",
      },
      [
        '/ansible/site.yml:2:10: the play is for "web"',
        '/ansible/db.yml:1:10: the play is for "db"',
        "shop.yaml:5:24",
      ],
    ],
    [
      "if it is a play alone",
      { "ansible/site.yml": "hosts: all\n" },
      ["/ansible/site.yml:1:1: a playbook is a list of plays"],
    ],
    [
      "if a file beside it usually holds secrets",
      { "ansible/site.yml": PLAY, "ansible/.env": "A=1\n" },
      ["usually holds secrets, and everybody who may read the builder's user data can read it"],
    ],
    [
      "if it is a link to another folder",
      { "ansible/site.yml": { link: "/etc/hostname" } },
      ["/ansible/site.yml: the file is not in the stack file's folder"],
    ],
  ])("%s", async (_what, files, said) => {
    const told = await saidOf(open(files));
    for (const text of said) expect(told).toContain(text);
  });
});
