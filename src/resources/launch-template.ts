export interface LaunchTemplateFields {
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName: string | null;
  /** A set: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** The image's root device (`/dev/xvda`), which is made encrypted, of type gp3. */
  readonly rootDeviceName: string;
  /** The instance metadata service; `required` is IMDSv2 alone. */
  readonly metadata: { readonly tokens: "required" | "optional"; readonly hopLimit: number };
  /** Parts of the template's data that are none of the above, by AWS's names: there should be none. */
  readonly unmanaged?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface LaunchTemplateOutputs {
  readonly id: string;
  readonly name: string;
  /** The default version's number. */
  readonly version: string;
}
