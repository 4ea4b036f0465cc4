/** What compiling needs to know besides the stack file: read from the account and the disk. */
export interface Facts {
  readonly vpcId: string;
  /** One a zone; the builder is in the first. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  readonly baseImage: {
    readonly id: string;
    /** As the image's name says it; the id, where the base is an image of one's own. */
    readonly release: string;
    readonly rootDeviceName: string;
  };
  /** The VPC's own default group, which stands in for a load balancer's missing ones. */
  readonly defaultSecurityGroupId?: string;
  readonly files: LocalFiles;
}

/** What the stack file points at on this machine. */
export interface LocalFiles {
  /** OpenSSH form; absent where a key is to be generated and none is there yet. */
  readonly publicKey?: string;
  /** Content of the application's source file. */
  readonly application?: Uint8Array;
}
