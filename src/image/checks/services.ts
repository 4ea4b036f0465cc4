import type { FamilyProfile } from "../families/family.ts";
import type { ImageRecipe } from "../recipe.ts";
import { keepsTime, servicesOf } from "../steps.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** Services, the clock, IPv6 and the limit of open files. */
export function serviceChecks(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  const { ipv6, openFiles } = recipe;
  const services = servicesOf(recipe, family);
  return [
    ...services.map((name) =>
      plan(
        `service:${name}`,
        `service ${name} is running and starts at every boot`,
        "service_is_running",
        name,
      ),
    ),
    ...(keepsTime(services)
      ? [
          plan(
            "time",
            "the clock is synchronised, and Amazon's time service is one of its sources",
            "time_is_synchronised",
          ),
        ]
      : []),
    ...(ipv6 === "disabled"
      ? [plan("ipv6:boot", "IPv6 stays disabled after every boot", "ipv6_stays_disabled")]
      : []),
    ...["users", "root", "services"].map((kind) =>
      plan(
        `open-files:${kind}`,
        `the open files limit of ${kind} is ${openFiles} (soft and hard)`,
        "open_files_limit_is",
        kind,
        String(openFiles),
      ),
    ),
  ];
}
