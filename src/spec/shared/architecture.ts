/** The processor architectures that AWS sells servers for, in AWS's words. */
export const ARCHITECTURES = ["x86_64", "arm64"] as const;

export type Architecture = (typeof ARCHITECTURES)[number];

/** Whether a text that AWS answers is one of them. */
export function isArchitecture(text: string): text is Architecture {
  return ARCHITECTURES.some((each) => each === text);
}

/** What builds an image if the stack file does not say: the smallest type that builds it reliably. */
export const USUAL_BUILDERS: Readonly<Record<Architecture, string>> = {
  x86_64: "t3.micro",
  arm64: "t4g.micro",
};

/** Graviton types have a g after the generation's digits (t4g, c7gn, im4gn); a1 is the first of them. */
const GRAVITON = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** A family, a generation, and letters for its properties. Mac types have architectures of their own. */
const USUAL_NAME = /^(?!mac\d)[a-z]+\d+[a-z]*\./;

/**
 * The architecture that an instance type's name shows ("Instance type naming conventions", Amazon EC2
 * Instance Types Guide). Undefined for a name that does not follow them, such as `u-6tb1.metal`: only
 * AWS knows.
 */
export function architectureInName(instanceType: string): Architecture | undefined {
  if (GRAVITON.test(instanceType)) return "arm64";
  return USUAL_NAME.test(instanceType) ? "x86_64" : undefined;
}

/** An instance type of that architecture that is like this one. */
export function fittingType(instanceType: string, wanted: Architecture): string {
  // t3 and t4g have the same sizes.
  const [, size] = /^t\d[a-z]*\.(\w+)$/.exec(instanceType) ?? [];
  if (size !== undefined) return `${wanted === "arm64" ? "t4g" : "t3"}.${size}`;
  return wanted === "arm64" ? "m7g.large" : "m7i.large";
}
