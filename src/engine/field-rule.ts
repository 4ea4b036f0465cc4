/**
 * How people read a field where the stack file and AWS differ in words. What is omitted here is spelled as in
 * the plan, which has AWS's spelling.
 */
export interface FileTerm<V> {
  /** The name in the stack file. A field of another section is named with it: `network.vpc`. */
  readonly name?: string;
  readonly unit?: "s" | "%";
  /** The file's word for each value of AWS's. */
  readonly values?: Readonly<Record<string, string>>;
  /** The members of a record. */
  readonly members?: unknown extends V
    ? Readonly<Record<string, FileTerm<unknown> | undefined>>
    : { readonly [M in MemberOf<V>]?: FileTerm<NonNullable<V>[M]> };
}

type MemberOf<V> = NonNullable<V> extends object ? keyof NonNullable<V> : never;

/** How the engine compares one field, and what a difference means. */
export interface FieldRule<V, P extends object = object> {
  /** `forbid`: a difference is reported as an error and never applied. */
  readonly onChange: "update" | "replace" | "forbid";
  /** Default: deep equality after `normalize`. The desired fields come with it. Some may be unknown. */
  equal?(desired: V, live: V, wanted?: P): boolean;
  /**
   * For a field that only a replacement changes: what to do instead, if the old and the new object
   * cannot serve side by side. A difference is then reported as an error and never applied.
   */
  readonly instead?: string;
  /**
   * The create call may omit the field, and a later update sets it. This breaks a cycle of references
   * (two security groups that name each other, or one that names itself).
   */
  readonly detachable?: true;
  /**
   * An input of the create or update, but not a property of the live object (the instance that
   * builds an image). Never compared, never part of the generation.
   */
  readonly writeOnly?: true;
  /**
   * Who uses a write-only field: `create`, or the fields whose update reads it. A plan shows the field
   * there, so that a plan hides nothing that an apply uses. Omitted: the field follows from fields that
   * the plan shows.
   */
  readonly usedBy?: readonly string[];
  /** A secret: no plan, reason or output contains the value. */
  readonly sensitive?: true;
  /**
   * The value that a plan shows, where the compared value is a digest, or one text of several values.
   * Called with each side's fields, and with the desired ones: AWS may store less than the file says.
   * With the desired fields also comes the object that exists, for a value that is shown as what differs.
   * Undefined: the plan shows the compared value.
   */
  shown?(fields: P, wanted: P, before?: P): unknown;
  /** How the stack file spells the field, if it differs from the plan. */
  readonly inFile?: FileTerm<V>;
  /** Differs as a consequence of another field. The reason names it only if no other field differs. */
  readonly minor?: true;
  /**
   * Returns the value to set first: the desired value plus those parts of the live value that other
   * objects may still need; the desired value itself if there are none. A later update removes those
   * parts, once the users of the object, and the objects that it uses, have changed.
   */
  meanwhile?(wanted: V, live: V): V;
  /**
   * What a create sets, if the whole value has to wait until the users of the object are ready; the desired value itself
   * otherwise. A later update completes it. For the update of a live object, `meanwhile` does the same.
   */
  atCreate?(wanted: V): V;
  /**
   * The value directs requests to other objects, as a listener does. `meanwhile` leaves them where they are until the
   * objects that the value names next are ready. Those of before stay until then.
   */
  readonly directsRequests?: true;
  /**
   * The value names objects that send requests here. What `meanwhile` keeps of it is removed when the requests have been
   * directed elsewhere.
   */
  readonly bringsRequests?: true;
  /**
   * The users of the object have to be ready for the change (servers have to answer on a new port). The
   * change waits for everything that the users' own changes wait for.
   */
  readonly whenUsersCan?: true;
  /**
   * The reason for a difference in this field ("newer base image: A → B"). Default: the field's
   * name.
   */
  because?(before: V, after: V): string | undefined;
}
