import { neutralize } from "./text.ts";

/** `arn:aws:elasticloadbalancing:…:loadbalancer/app/<name>/<id>` and `…:targetgroup/<name>/<id>`. */
const loadBalancing =
  /^arn:[\w-]{1,20}:elasticloadbalancing:[\w-]{0,30}:\d{0,12}:(?:loadbalancer\/\w{1,5}|targetgroup)\/([^/]{1,64})\//;

/** An id as people know it: the name in an ARN of a hundred characters. JSON has the whole. */
export function shownId(id: string): string {
  return loadBalancing.exec(id)?.[1] ?? id;
}

/** The same, free of control characters. */
export function neutralId(id: string): string {
  return neutralize(shownId(id));
}
