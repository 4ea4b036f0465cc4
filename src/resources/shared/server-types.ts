import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import type { AutoScalingGroupFields } from "../auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../auto-scaling-group/index.ts";
import type { TemplateData } from "../launch-template/data.ts";
import { launchTemplate } from "../launch-template/index.ts";

/** Whether the stack's servers are to have other instance types than so far. A stack without servers has none so far. */
export function hasNewTypes(live: readonly Live[], wanted: readonly string[]): boolean {
  const found = new Set(serverTypesIn(live));
  return found.size !== new Set(wanted).size || wanted.some((type) => !found.has(type));
}

/** Those that the group names, or else that of its launch template. */
function serverTypesIn(live: readonly Live[]): readonly string[] {
  const present = live.filter(({ status }) => status !== "deleting" && status !== "failed");
  const fieldsOf = <P>({ name }: { readonly name: string }) =>
    present
      .filter(({ address }) => typeOf(address) === name)
      .map(({ fields }) => fields as Partial<P>);
  const ofGroups = fieldsOf<AutoScalingGroupFields>(autoScalingGroup).flatMap(
    ({ mixedInstancesPolicy: mixed }) => mixed?.instanceTypes ?? [],
  );
  if (ofGroups.length > 0) return ofGroups;
  return fieldsOf<TemplateData>(launchTemplate).flatMap(({ instanceType }) => instanceType ?? []);
}
