import { defineSignal } from "../region.ts";

/** A lifecycle hook holds an instance. The subject is the instance's id. */
export const instanceHeld = defineSignal<string>("a hook holds an instance");
