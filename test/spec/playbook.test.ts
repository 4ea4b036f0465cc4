import { describe, expect, test } from "vitest";
import { playbookProblems } from "../../src/spec/playbook.ts";

const files = new Set(["site.yml", "more/web.yml", "base.yml"]);

function said(text: string, path = "site.yml"): readonly string[] {
  return playbookProblems(text, path, files).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

describe("a playbook", () => {
  test.each([
    ["for this machine", "- hosts: localhost\n  tasks: []\n"],
    ["for all", "- hosts: all\n  connection: local\n  become: true\n"],
    [
      "with a list of hosts",
      "- hosts: [localhost]\n- hosts: 'localhost,'\n- hosts: all:localhost\n",
    ],
    ["with what Ansible computes", "- hosts: '{{ group }}'\n  connection: '{{ how }}'\n"],
    [
      "with tags of Ansible's own",
      "- hosts: all\n  vars:\n    a: !unsafe '{{'\n    b: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n",
    ],
    ["with a name twice, which Ansible takes", "- hosts: all\n  vars: { a: 1, a: 2 }\n"],
    [
      "that imports others",
      "- import_playbook: base.yml\n- ansible.builtin.import_playbook: ./more/web.yml\n- import_playbook: own.collection.play\n- import_playbook: '{{ which }}.yml'\n",
    ],
  ])("%s is right", (_what, text) => {
    expect(said(text)).toEqual([]);
  });

  test.each<[what: string, text: string, said: readonly string[]]>([
    ["that is empty", "", ["1:1 a playbook is a list of plays, and this is none"]],
    ["that is a list of nothing", "[]\n", ["1:1 a playbook is a list of plays, and this is none"]],
    [
      "that is a play alone",
      "hosts: all\n",
      ["1:1 a playbook is a list of plays, and this is none"],
    ],
    ["with something else in it", "- hosts: all\n- web\n", ["2:3 this is not a play"]],
    ["without hosts", "- hosts: all\n- name: x\n  tasks: []\n", ["2:3 the play has no hosts"]],
    [
      "for other hosts",
      "- hosts: web\n- hosts: all:!db\n- hosts:\n    - localhost\n    - 10.0.0.7\n- hosts:\n",
      [
        '1:10 the play is for "web", and the build knows no other host than the builder itself',
        '2:10 the play is for "!db", and the build knows no other host than the builder itself',
        '4:5 the play is for "10.0.0.7", and the build knows no other host than the builder itself',
        "6:3 the play has no hosts",
      ],
    ],
    [
      "that connects elsewhere, and asks",
      "- hosts: all\n  connection: ssh\n  vars_prompt:\n    - name: x\n",
      [
        '2:15 the play connects by "ssh", and the playbook runs on the builder itself',
        "4:5 the play asks for variables, and nobody answers in a build",
      ],
    ],
    [
      "that imports what is not there",
      "- import_playbook: ../base.yml\n- import_playbook: none.yml\n- import_playbook: /base.yml\n",
      [
        '1:20 the playbook "../base.yml" is not in the folder that is sent to the builder',
        '2:20 the playbook "none.yml" is not in the folder that is sent to the builder',
        '3:20 the playbook "/base.yml" is not in the folder that is sent to the builder',
      ],
    ],
    [
      "that is encrypted",
      "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
      ["1:1 the playbook is encrypted, and a build has no password"],
    ],
  ])("%s is wrong", (_what, text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  test("that is no YAML is wrong at its place", () => {
    const [first = ""] = said("- hosts: [all\n");
    expect(first).toMatch(/^[12]:\d+ /);
    expect(said("---\n- hosts: all\n---\n- hosts: all\n")).toHaveLength(1);
  });

  test("says which playbooks it imports, by their paths in the folder", () => {
    const text = "- import_playbook: ../base.yml\n- import_playbook: web.yml\n";
    const { imported, problems } = playbookProblems(text, "more/site.yml", files);
    expect({ imported, problems }).toEqual({
      imported: ["base.yml", "more/web.yml"],
      problems: [],
    });
  });
});
