/** A launch template as it was asked for: `version` may be $Default or $Latest. */
export interface TemplateReference {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Then only the name counts, and it is a launch configuration's. */
  readonly isConfiguration?: true;
}
