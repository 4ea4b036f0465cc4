/** What a key pair is made from. */
export interface KeyPairFields {
  /**
   * OpenSSH form without the comment (`ssh-ed25519 AAAA…`), or `generated`: any key will do, and
   * where there is none yet, one is made and its private half written to `privateKeyFile`.
   */
  readonly publicKey: string;
  /** Absolute path of the private key's file, where the key is made here. Not known to AWS. */
  readonly privateKeyFile: string | null;
  /** The user's tags; the stack's own two are added by the resource. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface KeyPairOutputs {
  readonly id: string;
  readonly name: string;
  readonly publicKey: string;
}
