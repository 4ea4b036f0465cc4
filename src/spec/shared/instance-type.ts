import { text } from "./text.ts";

/** The type of the servers if the stack file does not say. */
export const usualInstanceType = "t3.micro";

/** A type of EC2 instance, by its form alone. Only AWS knows whether the region has it. */
export function instanceType() {
  return text({
    what: "an instance type",
    pattern: /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
    allowed: "a family, a dot and a size, in lowercase",
    longest: 40,
    example: usualInstanceType,
  });
}
