import { type Build, type Check, StepFailure } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { indexProblem } from "./python-packages.ts";
import { readTar } from "./tar.ts";
import { markUnknown } from "./unknowns.ts";

/** Everything of Ansible and of the playbook's folder. */
const folder = "/var/lib/reconcile/ansible";
const files = `${folder}/files`;

/** What specs/image.md says of a playbook. Nobody runs it here, so nobody knows what it does. */
export const playbookSteps = [
  ["unpack_playbook", { shown: () => [], run: unpackPlaybook }],
  ["install_ansible", { shown: (words: readonly string[]) => words.slice(1), run: installAnsible }],
  ["run_playbook", { shown: (words: readonly string[]) => words, run: runPlaybook }],
  ["remove_ansible", { shown: () => [], run: removeAnsible }],
] as const;

export const playbookChecks: readonly (readonly [string, Check])[] = [
  ["playbook_changes_nothing", changesNothing],
];

function unpackPlaybook({ contents, machine }: Build, [sha256 = ""]: readonly string[]): void {
  const members = readTar(contents.get(sha256) ?? new Uint8Array());
  if (!contents.has(sha256) || members === undefined) {
    throw new StepFailure(`python3 -m tarfile -e /var/lib/reconcile/contents/${sha256} ${files}`, [
      `FileNotFoundError: [Errno 2] No such file or directory: '/var/lib/reconcile/contents/${sha256}'`,
    ]);
  }
  for (const { path, kind, mode, content } of members) {
    const place = `${files}/${path}`;
    if (kind === "file") machine.writeFile(place, content, mode, "root:root");
    else machine.touch(place, kind === "link" ? "file" : kind);
  }
}

function installAnsible(
  build: Build,
  [python = "", version = "", ...collections]: readonly string[],
): void {
  const { machine } = build;
  build.spend(durations.pythonEnvironment + durations.pythonPackage);
  if (python !== "3" && !machine.hasPackage(`python${python}`)) {
    throw new StepFailure(`python${python} -m venv ${folder}/environment`, [
      `bash: python${python}: command not found`,
    ]);
  }
  machine.touch(`${folder}/environment`, "directory");
  const wanted = `ansible-core==${version}`;
  const cut = indexProblem(build, wanted);
  if (cut !== undefined) {
    throw new StepFailure(`${folder}/environment/bin/pip install ${wanted}`, cut);
  }
  build.notice(
    `the sandbox does not know whether ansible-core ${version}${collections.map((each) => ` and ${each}`).join("")} exists and assumes that it does`,
  );
}

function runPlaybook(build: Build, [playbook = ""]: readonly string[]): void {
  const { machine } = build;
  requirePlaybook(build, playbook);
  build.spend(durations.ownCommand);
  build.notice(
    `not run in the sandbox: the playbook ${playbook} of image.ansible. The sandbox does not know what it does, and assumes that it succeeds`,
  );
  // It may install and write anything.
  for (const place of ["/etc", "/opt", "/srv", "/usr", "/var"]) markUnknown(machine, place);
  machine.disk.installers = true;
}

function requirePlaybook({ machine }: Build, playbook: string): void {
  if (machine.exists(`${folder}/environment`) && machine.exists(`${files}/${playbook}`)) return;
  throw new StepFailure(`ansible-playbook ${playbook}`, [
    `ERROR! the playbook: ${playbook} could not be found`,
  ]);
}

function changesNothing(build: Build, [playbook = ""]: readonly string[]) {
  build.spend(durations.ownCommand);
  const { machine } = build;
  if (!machine.exists(`${files}/${playbook}`)) {
    return [`ERROR! the playbook: ${playbook} could not be found`];
  }
  build.notice(
    `not run in the sandbox: the second run of the playbook ${playbook}. The sandbox assumes that it changes nothing`,
  );
  return undefined;
}

function removeAnsible({ machine }: Build): void {
  for (const path of Object.keys(machine.disk.files)) {
    if (`${path}/`.startsWith(`${folder}/`)) machine.removeFile(path);
  }
}
