import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { service } from "../shared/consequence.ts";

/** What visitors of the names notice, and what becomes public. */
export function consequences({ action, fields, address }: Change): readonly Consequence[] {
  const names = fields.find(({ path }) => path === "names");
  const wanted = namesIn(names?.after);
  switch (action) {
    case "create":
      return [
        service(
          `AWS issues a certificate for ${wanted.join(", ")} when it sees one DNS record for each name, which proves that the domain is yours. Every certificate is published in public logs.`,
        ),
      ];
    case "replace": {
      const dropped = namesIn(names?.before).filter((name) => !wanted.includes(name));
      const lost = dropped.map((name) =>
        service(`Browsers that open https://${name} get a certificate error from now on.`),
      );
      return [
        service(
          `${address} is replaced. The listeners keep the current certificate until AWS has issued the new one.`,
        ),
        ...lost,
      ];
    }
    default:
      return [];
  }
}

function namesIn(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((each) => typeof each === "string");
}
