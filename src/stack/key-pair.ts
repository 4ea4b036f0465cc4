import type { Desired } from "../engine/resource.ts";
import type { KeyPairFields } from "../resources/key-pair/index.ts";
import type { Stack } from "../spec/stack.ts";
import { type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";

export function keyPairResources({ stack, keyPair, tags }: Stack): readonly DefinedResource[] {
  if (keyPair === undefined) return [];
  const { source } = keyPair;
  const fieldsOf = ({ files }: Facts): Desired<KeyPairFields> => ({
    publicKey: files.publicKey ?? "generated",
    privateKeyFile: source.kind === "generate" ? source.file : null,
    tags,
  });
  return [
    {
      address: `key-pair/${stack}`,
      ...physicalNameOf(keyPair),
      compile: (facts) => ({ fields: fieldsOf(facts) }),
    },
  ];
}
