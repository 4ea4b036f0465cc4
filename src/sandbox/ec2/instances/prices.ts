import { instanceType } from "./types.ts";

/**
 * What a type costs relative to others, for strategies that choose by price. The sandbox has no price list: the
 * weights are those by which On-Demand prices of m5, c5 and r5 follow from their processors and memory (0.037
 * US dollars an hour for a processor, 0.00275 for a GiB). A burstable type costs less than that, the
 * more so the smaller it is, a Graviton type a fifth less, an AMD type a tenth less.
 */
export function relativePrice(name: string): number {
  const type = instanceType(name);
  if (type === undefined) return Number.POSITIVE_INFINITY;
  const whole = type.processors * 0.037 + (type.memoryMebibytes / 1024) * 0.00275;
  const burstable = type.burstable ? burstableShare(type.memoryMebibytes) : 1;
  const processor = /^[a-z]+\d+g/.test(name) ? 0.8 : /^[a-z]+\d+a/.test(name) ? 0.9 : 1;
  return whole * burstable * processor;
}

/** The price of t3 doubles with each size, like its memory, up to `large` with 8 GiB. */
function burstableShare(memoryMebibytes: number): number {
  return Math.min(0.87, memoryMebibytes / 8192);
}
