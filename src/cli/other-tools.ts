/**
 * What people type who know Terraform, Pulumi, CloudFormation, CDK, Ansible or kubectl, and the way here.
 * No hint names a command that deletes: who types one word for another must not lose a stack.
 */

const APPLY = "Run `reconcile apply`: it shows the plan, asks, and applies it.";
const VALIDATE = "Run `reconcile validate` to check the stack file.";
const PLAN = "Run `reconcile plan` to see what differs from the stack file.";
const STATUS = "Run `reconcile status` to see the resources, their health and the URL.";
const NO_STATE = "There is no state file: every plan reads the account.";
const WATCH = "Run `reconcile status --watch` to see servers, health and rollouts as they change.";
const HELP = "Run `reconcile --help` to see all commands.";

const commandHints = table([
  ["diff preview compare changes whatif what-if dry-run drift", PLAN],
  [
    "up deploy update sync converge run provision launch upgrade push start create install set",
    APPLY,
  ],
  [
    "build",
    "`reconcile apply` builds the image if it differs. `reconcile image` prints its build script.",
  ],
  [
    "down delete remove rm teardown undeploy uninstall terminate clean purge prune stop",
    `To delete one resource, remove it from the stack file and run \`reconcile plan\`. ${HELP}`,
  ],
  [
    "init new bootstrap setup configure scaffold",
    "There is nothing to initialize. Write a stack file, then run `reconcile plan`.",
  ],
  ["fmt format", `There is no formatter. ${VALIDATE}`],
  ["lint check verify test", VALIDATE],
  ["refresh", `${NO_STATE} ${PLAN}`],
  [
    "taint untaint replace recreate",
    `${NO_STATE} Run \`reconcile plan\` to see what will be recreated, and why.`,
  ],
  ["output outputs url", "Run `reconcile status` to see the URL and the other outputs."],
  [
    "import adopt",
    "Existing resources cannot be added to a stack. Run `reconcile plan` to see what will be created.",
  ],
  ["state", `${NO_STATE} ${STATUS}`],
  ["show list ls get describe resources info ps inspect", STATUS],
  ["watch follow monitor top events rollout", WATCH],
  ["scale resize", "Change scaling in the stack file, then run `reconcile plan`."],
  [
    "workspace workspaces stack stacks env environment select project",
    "Each stack has its own stack file. Name the file: `reconcile plan shop.yaml`.",
  ],
  ["console shell repl", STATUS],
  [
    "ssh session exec",
    "Run `reconcile connect` or `reconcile status` for the command that logs in to a server.",
  ],
  ["logs log tail", "Run `reconcile status` to see the health of the servers, with AWS's reasons."],
  [
    "login logout auth whoami",
    "Credentials come from the AWS configuration: AWS_PROFILE, AWS_* variables or SSO.",
  ],
  [
    "unlock force-unlock lock cancel",
    "reconcile uses no lock. After an interruption, run the same command again to resume.",
  ],
  [
    "rollback revert undo",
    "Restore the earlier version of the stack file, then run `reconcile plan`.",
  ],
  [
    "policy permissions iam",
    "specs/iam-policy.json of this package has the permissions that reconcile needs.",
  ],
  ["serve emulator local localstack", "Run `reconcile sandbox serve` to serve the embedded AWS."],
  ["rehearse", "The option --sandbox runs any command in the embedded AWS."],
  ["fleet", "Run `reconcile apply --yes` for each stack file, for example from cron."],
  ["docs man usage", HELP],
]);

const sandboxHints = table([
  ["start up run", "Run `reconcile sandbox serve` to serve the embedded AWS."],
  [
    "list ls status inventory get describe",
    "Run `reconcile sandbox show` to see what is in the embedded AWS.",
  ],
]);

/** Their names are taken by commands that do not exist yet. */
const RESERVED: ReadonlySet<string> = new Set(
  "adopt release policy show output init completion logs rehearse fleet".split(" "),
);

/** Whether a command of this name is planned, so that the user need not look for the right spelling. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** The way here for a command that reconcile does not have. */
export function commandHint(name: string, group: "sandbox" | undefined): string | undefined {
  return (group === "sandbox" ? sandboxHints : commandHints).get(name.toLowerCase());
}

const APPROVE =
  "auto-approve approve y yes assume-yes force no-confirm skip-preview non-interactive";
const PREVIEW = "dry-run dryrun n noop what-if whatif preview diff check plan-only";

const optionHints = table([
  [APPROVE, "Only `reconcile apply` asks for approval. Its option --yes applies without asking."],
  [
    "target t exclude only resource limit tags",
    `A plan always covers the whole stack file. ${PLAN}`,
  ],
  [
    "var var-file set values e extra-vars parameters parameter-overrides env-file",
    "Stack files have no variables. Write one stack file for each stack.",
  ],
  [
    "f file filename config c template template-file template-body stack stack-name s i",
    "Name the stack file without an option: `reconcile plan shop.yaml`.",
  ],
  ["o output format", "Use --json to print JSON."],
  ["out", "`reconcile plan --out plan.json` saves a plan."],
  ["plan", "`reconcile apply --plan plan.json` applies a saved plan."],
  [
    "chdir C cwd directory dir working-dir",
    "Change to the folder first, or name the stack file with its path.",
  ],
  [
    "detailed-exitcode exit-code fail-on-diff expect-no-changes check",
    "`reconcile plan --check` exits with code 2 if anything differs.",
  ],
  ["lock lock-timeout", "reconcile uses no lock."],
  ["refresh refresh-only", `${NO_STATE} ${PLAN}`],
  ["parallelism parallel forks", "Steps that do not depend on each other run at the same time."],
  ["replace recreate", "Run `reconcile plan` to see what will be recreated, and why."],
  ["destroy", STATUS],
  ["state state-out backup backend-config", NO_STATE],
  ["upgrade reconfigure migrate-state", `There is nothing to initialize. ${PLAN}`],
  ["debug vv vvv trace log-level", "Use --verbose to print each AWS API call."],
  ["v", "Use --verbose to print each AWS API call, or --version to print the version."],
  ["V", "Use --version to print the version."],
  ["q silent", "Use --quiet to print nothing if there is nothing to report."],
  ["r aws-region", "Use --region to choose the AWS region."],
  ["p aws-profile", "Use --profile to choose the AWS profile."],
  ["endpoint endpoint-url", "Set AWS_ENDPOINT_URL to use another endpoint."],
  ["wait no-wait timeout w", "`reconcile apply` always waits until everything is healthy."],
  ["watch follow live", WATCH],
  ["input", "Without a terminal, or if CI is set, reconcile asks nothing."],
  ["nocolor no-colour monochrome", "Use --no-color to print no colour."],
  ["local localstack emulator mock", "Use --sandbox to work in the embedded AWS."],
]);

/** These mean something else, or can be said better, for one command. */
const optionHintsOf: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  graph: table([
    ["f T type", "Use --format to choose mermaid, dot or svg."],
    ["o out output", "Redirect the output to a file: `reconcile graph --format svg > graph.svg`."],
  ]),
  image: table([["o out output", "Redirect the output to a file: `reconcile image > build.sh`."]]),
  plan: table([["o", "Use --out to save the plan, or --json to print JSON."]]),
  apply: table([
    [APPROVE, "Use --yes to apply without asking."],
    [PREVIEW, PLAN],
    ["f", "Use --yes to apply without asking. Name the stack file without an option."],
  ]),
  status: table([
    ["w follow live", "Use --watch to see changes as they happen."],
    ["wait", "Use --watch --check to wait until the stack is healthy and matches the stack file."],
  ]),
  // Whoever is about to delete reads first what there is.
  destroy: table([
    [PREVIEW, STATUS],
    [APPROVE, "Run `reconcile destroy --help` to see its options."],
  ]),
};

/** The way here for an option, without its dashes, that the command does not have. */
export function optionHint(name: string, command: string): string | undefined {
  return optionHintsOf[command]?.get(name) ?? optionHints.get(name);
}

function table(rows: readonly (readonly [names: string, hint: string])[]) {
  return new Map(rows.flatMap(([names, hint]) => names.split(" ").map((name) => [name, hint])));
}
