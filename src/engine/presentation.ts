import type { DesiredFields } from "./desired.ts";
import type { FieldRule } from "./field-rule.ts";
import type { Live, LiveStatus } from "./live.ts";
import type { Change, PlanDocument, Verb } from "./plan-format.ts";

/** What a change does to the users of the stack, beyond the resource that it names. */
export interface Consequence {
  /** `lost`: cannot be undone. `service`: something is unavailable or replaced during the update. */
  readonly kind: "lost" | "service";
  readonly text: string;
}

/** The part of an update that takes the time. */
export interface SlowPart {
  /** Updates with different slow parts, and those without one, say nothing about each other's duration. */
  readonly name: string;
  readonly seconds: number;
  /** The progress that the step reports is the share of the time that is over. */
  readonly tellsShare?: true;
}

/** An output that a person needs next. */
export interface ShownOutput<P extends object, O extends object> {
  /** Before the value, for people. Programs read the output's name. */
  readonly label: string;
  /** Undefined if there is nothing to show. Never called for an unfinished object. */
  value(live: Live<P, O>, access: Access): string | undefined | Promise<string | undefined>;
  /**
   * One value from those of all objects of the type, in the order of their addresses: people need every member of the
   * list. Omitted: the value of the newest object is shown.
   */
  ofAll?(values: readonly string[]): string;
  /** The name and the label of the same value of an object that the stack file only keeps (`retained.ts`). */
  readonly ofRetained?: { readonly name: string; readonly label: string };
}

/** What this machine and the stack know of a way into the servers. */
export interface Access {
  /** The working directory. Paths in outputs start from it, or are absolute. */
  readonly directory: string;
  /** The private key's file, if the stack file lets one be generated, and the user of the servers' system. */
  readonly login?: { readonly keyFile: string; readonly user: string };
  /** The address of a server, if one has any. May ask AWS. */
  serverAddress(): Promise<string | undefined>;
}

/** Facts of an object that `status` shows below a heading of their own. */
export interface Details<O extends object> {
  readonly heading: string;
  /** @param outputs As in a status document: any of them may be missing. */
  lines(id: string, outputs: { readonly [K in keyof O]?: unknown }): readonly string[];
}

/** A price per hour, without taxes and discounts. */
export interface HourlyPrice {
  readonly usd: number;
  /** The month of the source: "2026-09". */
  readonly asOf: string;
}

/** What an object costs by the hour because it exists, however much it is used. */
export interface HourlyItem {
  /** "NAT gateway". Items of the same name have the same price. */
  readonly name: string;
  readonly plural: string;
  readonly count: number;
  /** Undefined: not known in this region. */
  readonly price: HourlyPrice | undefined;
}

/** An object that may be billed by the hour: a wanted one, or a live one. */
export interface Billable<P extends object> {
  readonly fields: DesiredFields<P>;
  readonly region: string;
  /** Of a live object: its status, and every live object of the stack. */
  readonly live?: { readonly status: LiveStatus; readonly among: readonly Live[] };
}

/** What people read of a resource type. Views know no more of a type than this. */
export interface Presentation<P extends object, O extends object> {
  /** The section of the stack file. null: no section defines such objects. */
  readonly section: string | null;
  /** The usual duration of each step in seconds, until a run has its own measurements. */
  readonly usualSeconds: Readonly<Record<Verb, number>>;
  /** The slow part of an update, if these differences have one. */
  slowPart?(change: Change, wanted: DesiredFields<P> | undefined): SlowPart | undefined;
  /**
   * What a change does to people: what is replaced and how, what is unavailable, what cannot be undone.
   *
   * @param wanted The fields in the stack file, if they are known.
   * @param live Every live object of the stack, of any type.
   */
  consequences?(
    change: Change,
    plan: PlanDocument,
    wanted: DesiredFields<P> | undefined,
    live?: readonly Live[],
  ): readonly Consequence[];
  /**
   * Outputs that a person needs next, by the names that programs use. If the stack has several objects of
   * the type, they are those of the newest, unless `ofAll` says otherwise.
   */
  readonly shownOutputs?: Readonly<Record<string, ShownOutput<P, O>>>;
  /** Facts of the object whose id is one of the outputs. */
  readonly details?: Details<O>;
  /**
   * What an object costs by the hour. Undefined if that cannot be known before the apply. Omitted by types that cost
   * nothing, or nothing that a plan tells (servers).
   */
  hourlyItems?(object: Billable<P>): readonly HourlyItem[] | undefined;
}

/** The part of a resource type that views use. */
export interface PresentedType extends Presentation<object, object> {
  readonly fields: Readonly<Record<string, Pick<FieldRule<unknown>, "writeOnly" | "inFile">>>;
}

/** By the type's name. */
export type PresentedTypes = ReadonlyMap<string, PresentedType>;
