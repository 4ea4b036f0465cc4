import type { DesiredFields } from "../../engine/desired.ts";
import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { replacedSettings } from "../../image/kernel-settings.ts";
import { lost, service } from "../shared/consequence.ts";
import { launchedImage, listedPackages } from "./launched.ts";
import type { ImageFields } from "./live.ts";

/** What a new image weakens or changes, and what goes with the image of before. */
export function consequences(
  change: Change,
  plan: PlanDocument,
  wanted: DesiredFields<ImageFields> | undefined,
  live: readonly Live[] = [],
): readonly Consequence[] {
  return [
    ...ofLostImage(change, plan),
    ...ofHardening(change, wanted, live),
    ...ofKernel(change, wanted),
    ...ofUnknownPackages(change, wanted, live),
  ];
}

/** A build takes what the repositories have, so nobody can know the packages before it. */
function ofUnknownPackages(
  { action }: Change,
  wanted: DesiredFields<ImageFields> | undefined,
  live: readonly Live[],
): readonly Consequence[] {
  const running = launchedImage(live);
  if (action !== "replace" || running === undefined) return [];
  if (listedPackages(running) === undefined) return [];
  return [
    service(
      `The packages of the new image are known after its build. The apply then shows which differ from ${running.id}.${ofPython(running, wanted)}`,
    ),
  ];
}

function ofPython(running: Live, wanted: DesiredFields<ImageFields> | undefined): string {
  const before = fieldOf(running.fields, "requirements");
  const { requirements } = wanted ?? {};
  if (before === undefined || requirements === undefined) return "";
  return before === requirements
    ? " Its Python packages keep their versions."
    : " The versions of its Python packages are chosen again, because application.python, its file of requirements or the distribution changed.";
}

/** Nobody can roll back to a deleted image. */
function ofLostImage(
  { address, action, id }: Change,
  { steps }: PlanDocument,
): readonly Consequence[] {
  // An interrupted build leaves a builder or snapshots. Nobody can roll back to those.
  if (id === undefined || !id.startsWith("ami-")) return [];
  const goes =
    action === "delete" ||
    (action === "replace" && steps.some(({ key }) => key === `delete ${address} ${id}`));
  if (!goes) return [];
  return [lost(`Image ${id} and its snapshots are deleted, so you cannot roll back to it.`)];
}

/** The servers of today have more than those of the new image. */
function ofHardening(
  { action }: Change,
  wanted: DesiredFields<ImageFields> | undefined,
  live: readonly Live[],
): readonly Consequence[] {
  const running = launchedImage(live);
  if (action !== "replace" || running === undefined || wanted === undefined) return [];
  const before = String(fieldOf(running.fields, "hardening"));
  if (!before.startsWith("strong") || !String(wanted.hardening).startsWith("basic")) return [];
  return [
    service(
      "The new image has basic hardening instead of strong. Its servers lose the rules for logins, passwords and sudo, the strong settings and algorithms of SSH, the arguments of the kernel's command line and some kernel settings; rare kernel modules can be loaded, and programs in /tmp started.",
    ),
  ];
}

/** A setting of the hardening that the stack file replaces. */
function ofKernel(
  { action }: Change,
  wanted: DesiredFields<ImageFields> | undefined,
): readonly Consequence[] {
  if (wanted === undefined || wanted.builder === null) return [];
  if (action !== "create" && action !== "replace") return [];
  const { hardening, ipv6 } = wanted;
  if (typeof hardening !== "string" || typeof ipv6 !== "string") return [];
  // Values may have spaces, names have dots: "strong audit net.ipv4.tcp_rmem=4096 131072 6291456".
  const [level = "", ...words] = hardening.split(/ (?=[a-z]+\.)/);
  const kernel = Object.fromEntries(
    words.map((word) => {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/.exec(word) ?? [];
      return [name, value];
    }),
  );
  const replaced = replacedSettings(kernel, {
    hardening: level.startsWith("basic") ? "basic" : "strong",
    ipv6: ipv6 === "enabled" ? "enabled" : "disabled",
  });
  return [...replaced].map(([name, value]) =>
    service(
      `The servers' kernel has ${name} = ${kernel[name] ?? ""}, as image.kernel says. The hardening has ${value}.`,
    ),
  );
}
