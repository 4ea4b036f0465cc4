/** A section whose resource may have a fixed name in AWS. */
export interface Named {
  /** The physical name, if the file gives one. A replacement then deletes the old resource first. Absent: a generated name. */
  readonly name?: string;
}

/** The field of a section that holds its given name. */
export function givenName(name: string | undefined): Named {
  return name === undefined ? {} : { name };
}
