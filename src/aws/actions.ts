import { services } from "./services/all.ts";

const actions: ReadonlyMap<string, string> = new Map(
  services.flatMap(({ name, actions = {} }) =>
    Object.entries(actions).map(([operation, action]) => [`${name}:${operation}`, action] as const),
  ),
);

/** The IAM action that a call needs: `s3:ListBucket` for `s3:HeadBucket`. Most are named like the operation. */
export function actionOf(operation: string): string {
  return actions.get(operation) ?? operation;
}
