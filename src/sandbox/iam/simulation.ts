import { SimulatePrincipalPolicy$, type SimulatePrincipalPolicyRequest } from "@aws-sdk/client-iam";
import { notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import { noSuchEntity } from "./errors.ts";
import { arnOf } from "./names.ts";
import { page } from "./paging.ts";
import { roleMay } from "./permissions.ts";
import { roles } from "./tables.ts";

/** Whether a role may call actions on resources. Conditions count as met. */
const simulatePrincipalPolicy = operation<SimulatePrincipalPolicyRequest>(
  SimulatePrincipalPolicy$,
  ["PolicySourceArn", "ActionNames", "ResourceArns", "Marker", "MaxItems"],
  (region, input) => {
    const { PolicySourceArn: arn = "", ActionNames: actions = [], ResourceArns } = input;
    if (!/:role\//.test(arn)) throw notModelled("The simulation of anything but a role");
    const role = region
      .table(roles)
      .list()
      .find((each) => arnOf(region, "role", each) === arn);
    if (role === undefined) throw noSuchEntity(`The role ${arn} cannot be found.`);
    // "If this parameter is not provided, then the value defaults to * (all resources)."
    const resources = ResourceArns ?? ["*"];
    const results = actions.flatMap((action) =>
      resources.map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision:
          roleMay(region, role, action, resource) === "allowed" ? "allowed" : "implicitDeny",
      })),
    );
    const { items, rest } = page(region, results, input);
    return { EvaluationResults: items, ...rest };
  },
);

export const simulationOperations = [simulatePrincipalPolicy];
