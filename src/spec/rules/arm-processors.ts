import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** Graviton types have a g after the generation's digits (t4g, c7gn, im4gn); a1 is the first of them. */
const ARM = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** The families' images are x86_64 throughout. */
export function* armProcessors({ image, scaling }: StackFile): Iterable<Finding> {
  if (typeof image.base !== "string") return;
  const types = [
    [["scaling", "instanceType"], scaling.instanceType],
    [["image", "builder", "instanceType"], image.builder.instanceType],
  ] as const;
  for (const [path, type] of types) {
    if (!ARM.test(type)) continue;
    yield {
      severity: "error",
      path,
      about: [["image", "base"]],
      message: `${type} has an ARM processor, but the images of ${image.base} are for x86_64`,
      help: "choose a type such as t3.micro or m7i.large",
    };
  }
}
