import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { ImagePlaybook, ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { galaxySettings, serveGalaxy } from "./galaxy.ts";
import { bodyOf, withBody } from "./rebuild.ts";

let root = "";

beforeAll(() => {
  root = makeContainer("ansible");
});

/** Runs what of a build is about the playbook. */
async function run(
  files: Readonly<Record<string, string>>,
  change: Partial<ImagePlaybook> = {},
): Promise<Verdict> {
  const { application: _, ...others } = fullRecipe;
  const recipe: ImageRecipe = {
    ...others,
    family: "debian-12",
    release: "20251112-2294",
    packages: [],
    services: [],
    files: [],
    run: [],
    ansible: {
      source: {
        kind: "files",
        sha256: "0".repeat(64),
        entries: [],
        files: Object.entries(files).map(([path, content]) => ({
          path,
          content: Buffer.from(content),
          mode: "0644",
        })),
      },
      playbook: "site.yml",
      version: "2.18.1",
      collections: [],
      variables: {},
      ...change,
    },
  };
  const { script: whole } = renderBuildScript(recipe);
  const lines = bodyOf(whole).filter((line) =>
    /^(refresh_package_lists|install_packages|write_\w+ \/var\/lib\/reconcile|install_ansible|run_playbook|check(_twice)? (ansible|clean:ansible)|remove_ansible)/.test(
      line,
    ),
  );
  const { script, hash } = withBody(whole, lines);
  const text = await runContainer({ root, script, network: "open", changes: "discarded" });
  return parseVerdict(text, hash);
}

const play = (tasks: string) => `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`;

const touch = `    - name: Append to a file *
      ansible.builtin.shell: echo one >>/srv/list
`;

describe("a playbook in a build on Debian", () => {
  test("gets its variables, its settings and its collections, as root, and changes nothing again", async () => {
    const galaxy = await serveGalaxy();
    try {
      const verdict = await run(
        {
          "ansible.cfg": galaxySettings,
          "site.yml": play(`    - name: Tell
      reconcile.own.tell:
        text: "{{ told.text }} {{ lookup('env', 'USER') }}"
        path: /srv/told
    - name: Compare
      ansible.builtin.shell: test "$(cat /srv/told)" = 'Grüße, {"a"} $HOME ' && test "$(id -u)" = 0 && test ! -e /root/.ansible
      changed_when: false
    - name: Run as another user
      ansible.builtin.command: id -un
      become: true
      become_user: nobody
      register: user
      changed_when: user.stdout != "nobody"
`),
        },
        {
          collections: ["reconcile.own==1.2.3"],
          variables: { told: { text: 'Grüße, {"a"} $HOME' } },
        },
      );
      const failed = verdict.checks.filter(({ passed }) => !passed);
      expect({ failure: verdict.failure, failed }).toEqual({ failure: undefined, failed: [] });
      expect(verdict.checks.map(({ id }) => id)).toEqual(["ansible:idempotent", "clean:ansible"]);
      // Not more than was asked for.
      expect(galaxy.asked.filter((url) => url.includes("download"))).toHaveLength(1);
    } finally {
      galaxy.close();
    }
  });

  test("fails the check of its second run, which names the tasks and handlers that changed something", async () => {
    const handler = `      notify: Append again
    - name: Fine
      ansible.builtin.command: echo ok
      changed_when: false
  handlers:
    - name: Append again
      ansible.builtin.shell: echo two >>/srv/list
`;
    const { failure, checks } = await run({
      "ansible.cfg": "[defaults]\nforce_color = true\nstdout_callback = minimal\n",
      "site.yml": play(`${touch}${handler}`),
    });
    expect(failure).toMatchObject({ kind: "check", where: "ansible:idempotent" });
    expect(checks.find(({ passed }) => !passed)?.seen).toEqual([
      "RUNNING HANDLER [Append again]",
      "TASK [Append to a file *]",
    ]);
  });

  test("ends the build with the name and the message of the task that fails", async () => {
    const failing = `    - name: Fail on purpose
      ansible.builtin.shell: "seq 100 >&2; echo out of order; exit 3"
`;
    const { failure } = await run({ "site.yml": play(`${touch}${failing}`) });
    expect(failure).toMatchObject({
      kind: "step",
      where: "run_playbook site.yml",
      command: "ansible-playbook site.yml",
    });
    expect(failure?.output[0]).toBe("TASK [Fail on purpose]");
    expect(failure?.output.join("\n")).toContain("msg: non-zero return code");
  });

  test("leaves nothing on the disk that the check of it would not find", async () => {
    const own = `    - name: Leave a folder
      ansible.builtin.file: { path: /home/admin/.ansible, state: directory }
`;
    const { failure, checks } = await run({ "site.yml": play(own) });
    expect(failure).toMatchObject({ kind: "check", where: "clean:ansible" });
    expect(checks.find(({ passed }) => !passed)?.seen).toEqual(["/home/admin/.ansible"]);
    expect(readdirSync(`${root}/root`)).not.toContain(".ansible");
  });

  test("ends the build in words if a collection does not exist in that version", async () => {
    const galaxy = await serveGalaxy();
    try {
      const { failure } = await run(
        { "ansible.cfg": galaxySettings, "site.yml": play(touch) },
        { collections: ["reconcile.own==9.9.9"] },
      );
      expect(failure).toMatchObject({
        kind: "step",
        where: "install_ansible 2.18.1 reconcile.own:==9.9.9",
      });
      expect(failure?.output.join("\n")).toMatch(/reconcile\.own:==9\.9\.9/);
    } finally {
      galaxy.close();
    }
  });
});
