import type { Entry } from "./contestant.ts";
import { groupCount } from "./contestant.ts";
import { run } from "./programs.ts";
import { copyExample, reconcile, writeManyGroups } from "./reconcile.ts";

export const ours: Entry = async ({ folder, situation, env }) => {
  const file = situation === "example" ? "afterpay.yaml" : "many.yaml";
  if (situation === "example") copyExample(folder);
  else writeManyGroups(folder, groupCount);
  return {
    name: "reconcile",
    async create() {
      await run(reconcile(`apply ${file} --yes`), { folder, env });
    },
    plan: () => run(reconcile(`plan ${file} --check`), { folder, env }),
  };
};
