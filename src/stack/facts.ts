import type { ImageInputs } from "../resources/image/inputs.ts";
import type { EarlierImages } from "../resources/shared/earlier-images.ts";
import type { Architecture } from "../spec/shared/architecture.ts";

/** What compiling needs besides the stack file, read from the account and the disk. */
export interface Facts extends LookedUpFacts {
  /** Of the credentials. */
  readonly account: string;
  readonly region: string;
  /** A saved plan does not store it, because the plan does not show all of it. Absent: the stack has no image. */
  readonly earlier?: EarlierImages;
}

/** The facts that a saved plan stores. The account and the region are its own. */
export interface LookedUpFacts {
  readonly vpcId: string;
  /** One per zone. The builder uses the first. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  readonly baseImage: {
    readonly id: string;
    /** The release in the image's name; the id for a custom base image. */
    readonly release: string;
    readonly architecture: Architecture;
    readonly rootDeviceName: string;
  };
  /** What the image that the servers run on instead was built from, if the stack file names one. */
  readonly usedImage?: ImageInputs;
  /** The VPC's default group, used for a load balancer without groups. */
  readonly defaultSecurityGroupId?: string;
  /** Of the role that the stack file names. */
  readonly instanceProfile?: string;
  readonly files: LocalFiles;
}

/** The local files that the stack file names. */
export interface LocalFiles {
  /** OpenSSH format. Absent if the key does not exist yet and an apply will generate it. */
  readonly publicKey?: string;
  /** Content of the application's source file. */
  readonly application?: Uint8Array;
}
