import { neutralize } from "./text.ts";

/** `arn:aws:elasticloadbalancing:…:loadbalancer/app/<name>/<id>` and `…:targetgroup/<name>/<id>`. */
const loadBalancing =
  /^arn:[\w-]{1,20}:elasticloadbalancing:[\w-]{0,30}:\d{0,12}:(?:loadbalancer\/\w{1,5}|targetgroup)\/([^/]{1,64})\//;

/** `arn:aws:wafv2:…:regional/webacl/<name>/<id>` and `…:regional/ipset/<name>/<id>`. */
const webAcls =
  /^arn:[\w-]{1,20}:wafv2:[\w-]{0,30}:\d{0,12}:regional\/(?:webacl|ipset)\/([\w-]{1,128})\//;

/** `arn:aws:acm:…:certificate/<id>`. */
const certificates = /^arn:[\w-]{1,20}:acm:[\w-]{0,30}:\d{0,12}:(certificate\/[\w-]{1,64})$/;

/** An id as people know it: the name in an ARN of a hundred characters. JSON has the whole. */
export function shownId(id: string): string {
  const short = [loadBalancing, webAcls, certificates].map((form) => form.exec(id)?.[1]);
  return short.find((each) => each !== undefined) ?? id;
}

/** The same, free of control characters. */
export function neutralId(id: string): string {
  return neutralize(shownId(id));
}
