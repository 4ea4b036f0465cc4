import { auditRuleCount } from "../audit-rules.ts";
import { linesOf } from "../call.ts";
import type { FamilyProfile } from "../families/family.ts";
import type { ImageRecipe } from "../recipe.ts";
import { portsWord } from "../steps.ts";
import { accountChecks } from "./accounts.ts";
import { applicationChecks } from "./application.ts";
import { hookChecks } from "./hooks.ts";
import { integrityChecks } from "./integrity.ts";
import { kernelChecks } from "./kernel.ts";
import { packageChecks } from "./packages.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";
import { serviceChecks } from "./services.ts";
import { sshChecks } from "./ssh.ts";

/** The promises about the finished system. The build verifies them before it cleans anything. */
export function checksOf(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  const ports = recipe.listeningPorts.map(portsWord);
  return [
    // First, so that the others see the system after the second run.
    ...(recipe.ansible === undefined
      ? []
      : [
          plan(
            "ansible:idempotent",
            `the playbook ${recipe.ansible.playbook} changes nothing when it runs a second time`,
            "playbook_changes_nothing",
            recipe.ansible.playbook,
          ),
        ]),
    ...packageChecks(recipe, family),
    ...serviceChecks(recipe, family),
    ...accountChecks(recipe, family),
    ...sshChecks(recipe),
    ...integrityChecks(recipe, family),
    ...kernelChecks(recipe, family),
    ...applicationChecks(recipe),
    ...hookChecks(recipe),
    plan(
      "ports",
      ports.length > 0
        ? `no port is open to the network except ${ports.join(", ")}`
        : "no port is open to the network",
      "only_listening",
      ...ports,
    ),
    ...recipe.verify.map((command, index) =>
      plan(`verify:${index + 1}`, `custom check: ${command}`, "run_check", ...linesOf(command)),
    ),
  ];
}

/**
 * The checks of what only a restart shows. The kernel's own argument counts from then on; before, a network manager may
 * enable IPv6 for its interface whenever it reads its configuration again.
 */
export function restartedChecksOf({
  audit,
  ipv6,
  openFiles,
}: ImageRecipe): readonly PlannedCheck[] {
  return [
    plan("boot", "the system starts with all its services", "system_starts"),
    ...(ipv6 === "disabled"
      ? [plan("ipv6:now", "IPv6 is disabled on every interface", "ipv6_is_disabled")]
      : []),
    plan(
      "open-files:processes",
      `the open files limit of every process is ${openFiles} (soft and hard), unless its service set its own in the base image`,
      "processes_open_files_are",
      String(openFiles),
    ),
    ...(audit
      ? [
          plan(
            "audit",
            "the kernel records changes of accounts, rights, logins, time and modules, and nobody can stop it until the next boot",
            "kernel_audits",
            String(auditRuleCount),
          ),
        ]
      : []),
  ];
}

/** Checks of what is on the disk, and of what no boot changes. */
const onlyBefore: ReadonlySet<string> = new Set([
  "playbook_changes_nothing",
  "system_release_is",
  "packages_are_current",
  "package_is_installed",
  "package_version_is",
  "ipv6_stays_disabled",
  "boot_arguments_are",
  "application_has",
  "python_is",
  "requirements_are_installed",
  "application_restarts",
  "application_logs_to_journal",
  "hooks_start_at_boot",
]);

/** Whether a boot could change what the check verifies, so that it runs again after the restart. */
export function isRepeated({ call: [name] }: PlannedCheck): boolean {
  return !onlyBefore.has(name);
}
