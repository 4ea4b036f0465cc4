import { type Path, quote } from "./finding.ts";
import { readYaml } from "./yaml/document.ts";

/** Something in a playbook that cannot work in a build, at its place. */
export interface PlaybookProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly help: string;
}

interface ReadPlaybook {
  readonly problems: readonly PlaybookProblem[];
  /** The playbooks that it imports, by their paths in the folder. */
  readonly imported: readonly string[];
}

interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly help: string;
}

/**
 * Checks an Ansible playbook, as far as it can be known before it runs: it is a list of plays, for the machine that it
 * runs on. What is an expression of Ansible is not known.
 *
 * @param path Of the playbook, in its folder.
 * @param files The paths of all files in the folder.
 */
export function playbookProblems(
  text: string,
  path: string,
  files: ReadonlySet<string>,
): ReadPlaybook {
  if (text.startsWith("$ANSIBLE_VAULT;")) {
    const help = `Decrypt it: ansible-vault decrypt ${path}. Name no secrets in it.`;
    return {
      problems: [
        {
          line: 1,
          column: 1,
          message: "the playbook is encrypted, and a build has no password",
          help,
        },
      ],
      imported: [],
    };
  }
  const { value, problems, locate } = readYaml(text);
  if (value === undefined && problems.length > 0) {
    const help = "Correct the playbook. ansible-playbook --syntax-check checks it, too.";
    return {
      problems: problems.map(({ line, column, message }) => ({ line, column, message, help })),
      imported: [],
    };
  }
  const imported: string[] = [];
  const found = [...problemsOf(value, path, files, (each) => imported.push(each))];
  return {
    problems: found.map(({ path: at, message, help }) => ({
      ...locate(at, "value"),
      message,
      help,
    })),
    imported,
  };
}

function* problemsOf(
  value: unknown,
  path: string,
  files: ReadonlySet<string>,
  imports: (path: string) => void,
): Iterable<Problem> {
  if (!Array.isArray(value) || value.length === 0) {
    yield {
      path: [],
      message: "a playbook is a list of plays, and this is none",
      help: "Begin it with a play: - hosts: localhost. A file of tasks belongs into a role, or under tasks of a play.",
    };
    return;
  }
  const plays: readonly unknown[] = value;
  for (const [index, play] of plays.entries()) {
    if (typeof play !== "object" || play === null || Array.isArray(play)) {
      yield {
        path: [index],
        message: "this is not a play",
        help: "Write a mapping with hosts and tasks or roles.",
      };
      continue;
    }
    const other = importOf(play);
    if (other === undefined) yield* playProblems(play, index);
    else yield* importProblems(other, [index, other.field], path, files, imports);
  }
}

interface Import {
  readonly field: string;
  readonly target: unknown;
}

function importOf(play: object): Import | undefined {
  const fields: Readonly<Record<string, unknown>> = { ...play };
  const field = Object.keys(fields).find((name) =>
    /^(ansible\.builtin\.)?import_playbook$/.test(name),
  );
  return field === undefined ? undefined : { field, target: fields[field] };
}

function* importProblems(
  { target }: Import,
  at: Path,
  path: string,
  files: ReadonlySet<string>,
  imports: (path: string) => void,
): Iterable<Problem> {
  // One of a collection has a name without a suffix.
  if (typeof target !== "string" || isExpression(target) || !/\.(ya?ml|json)$/.test(target)) return;
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "";
  const found = resolved(`${folder}${target}`);
  if (found !== undefined && files.has(found)) imports(found);
  else {
    yield {
      path: at,
      message: `the playbook ${quote(target)} is not in the folder that is sent to the builder`,
      help: "Correct the path, or put the file into the playbook's folder. An ignore file may exclude it.",
    };
  }
}

/** Without `.` and `..`. Undefined if it leads out of the folder. */
function resolved(path: string): string | undefined {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.pop() === undefined) return undefined;
  }
  return path.startsWith("/") ? undefined : names.join("/");
}

function* playProblems(play: object, index: number): Iterable<Problem> {
  const { hosts, connection, vars_prompt: prompt } = play as Record<string, unknown>;
  if (hosts === undefined || hosts === null) {
    yield {
      path: [index],
      message: "the play has no hosts",
      help: "Write hosts: localhost, which is the builder.",
    };
  } else {
    const written: readonly unknown[] = Array.isArray(hosts) ? hosts : String(hosts).split(/[,:]/);
    const patterns = written.map((each) => String(each).trim());
    const [other] = patterns.filter(
      (each) => each !== "" && each !== "localhost" && each !== "all" && !isExpression(each),
    );
    if (other !== undefined || patterns.every((each) => each === "")) {
      yield {
        path: [index, "hosts"],
        message: `the play is for ${quote(other ?? "")}, and the build knows no other host than the builder itself`,
        help: "Write hosts: localhost, or hosts: all.",
      };
    }
  }
  if (
    typeof connection === "string" &&
    !isExpression(connection) &&
    !/^(ansible\.builtin\.)?local$/.test(connection)
  ) {
    yield {
      path: [index, "connection"],
      message: `the play connects by ${quote(connection)}, and the playbook runs on the builder itself`,
      help: "Remove connection, or write connection: local.",
    };
  }
  if (prompt !== undefined && prompt !== null) {
    yield {
      path: [index, "vars_prompt"],
      message: "the play asks for variables, and nobody answers in a build",
      help: "Give them in image.ansible.variables, and remove vars_prompt.",
    };
  }
}

/** Whether Ansible computes it. */
function isExpression(text: string): boolean {
  return text.includes("{{") || text.includes("{%");
}
