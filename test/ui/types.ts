import type { PresentedTypes } from "../../src/engine/presentation.ts";
import { typesByName } from "../../src/engine/types-by-name.ts";
import { resourceTypes } from "../../src/resources/all.ts";

/** The product's types, as the views are told of them. */
export const TYPES: PresentedTypes = typesByName(resourceTypes);
