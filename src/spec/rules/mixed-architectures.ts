import type { Finding } from "../finding.ts";
import { architectureInName } from "../shared/architecture.ts";
import { architectureFindings } from "../shared/architecture-findings.ts";
import type { StackFile } from "../stack-file.ts";

/** As far as the names of the instance types show it. A plan asks AWS. */
export function mixedArchitectures(file: StackFile): Iterable<Finding> {
  return architectureFindings(file, {
    byName: true,
    ofType(instanceType) {
      const architecture = architectureInName(instanceType);
      return architecture && [architecture];
    },
  });
}
