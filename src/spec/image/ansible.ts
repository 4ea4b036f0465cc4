import { z } from "zod";
import { quote } from "../finding.ts";
import { mappingKey } from "../shared/mapping-key.ts";
import { Mistake } from "../shared/scalar.ts";
import { parseText, text } from "../shared/text.ts";

/** A collection as `ansible-galaxy` names it, in one version. */
const collection = text({
  what: "a collection with its version",
  pattern: /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*==\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/,
  allowed: "its namespace, a point, its name, == and one exact version",
  longest: 200,
  example: "ansible.posix==2.0.0",
  check: (written) => {
    const [, name, rest = ""] = /^([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)(.*)$/.exec(written) ?? [];
    if (name === undefined || /^==\d/.test(rest)) return undefined;
    return new Mistake(
      rest === ""
        ? `${quote(written)} has no version, so that the same stack file could give another image`
        : `${quote(written)} does not name one exact version`,
      `write ${name}==, followed by its version, as in ansible.posix==2.0.0`,
    );
  },
});

/** A variable of Ansible. Those that begin with ansible_ say how it connects, which the build decides. */
const variableName = mappingKey((key) =>
  parseText(key, {
    what: "a variable's name",
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    allowed: "letters, digits and _, beginning with a letter or _",
    longest: 255,
    example: "tier",
    check: (name) =>
      name.startsWith("ansible_")
        ? new Mistake(
            `the build sets ${name} itself: the playbook runs on the builder, as root, with the system's Python`,
            "remove it, or choose another name",
          )
        : undefined,
  }),
);

export const ansibleSchema = z.strictObject({
  playbook: text({ what: "a path", example: "./ansible/site.yml" }).meta({
    description:
      "The playbook: a YAML file in the stack file's folder or below. Everything in its folder is sent to the builder with it, such as roles, templates and `ansible.cfg`, except what the folder's `.gitignore` and `.reconcileignore` files exclude. So give it a folder of its own. Its plays are for `hosts: localhost` or `hosts: all`.",
  }),
  version: text({
    what: "a version of ansible-core",
    pattern: /^2\.\d+\.\d+$/,
    allowed: "three numbers with points between them",
    example: "2.18.1",
  }).meta({
    description:
      "The version of ansible-core, 2.15.0 or newer. It runs in a virtual environment of its own. Amazon Linux 2023 takes any; Debian 12 takes 2.15 to 2.19, and Ubuntu 24.04 takes 2.16 and newer.",
  }),
  collections: z
    .array(collection)
    .prefault([])
    .meta({
      description:
        "Collections that the playbook needs, each in one version. The build downloads them with ansible-galaxy. The collection `ansible.builtin` is part of ansible-core.",
      examples: [["ansible.posix==2.0.0"]],
    }),
  variables: z
    .record(variableName, z.unknown())
    .prefault({})
    .meta({
      description:
        "Variables of the playbook, which count before all others (`--extra-vars`): texts, numbers, `true` and `false`, lists and mappings. Plans show them, so do not put secrets in them.",
      examples: [{ tier: "web" }],
    }),
});

export type AnsibleFile = z.output<typeof ansibleSchema>;
