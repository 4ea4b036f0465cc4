import type { DirectoryListing } from "../packing/listing.ts";
import type { ImageInputs } from "../resources/image/inputs.ts";
import type { EarlierImages } from "../resources/shared/earlier-images.ts";
import type { Architecture } from "../spec/shared/architecture.ts";

/** What compiling needs besides the stack file, read from the account and the disk. */
export interface Facts extends LookedUpFacts {
  /** Of the credentials. */
  readonly account: string;
  readonly region: string;
  /** The time, in milliseconds since the epoch. A schedule decides by it which sizes hold. A saved plan does not store it. */
  readonly now: number;
  /** Whether no server runs, so that the stack may move to another VPC. A saved plan does not store it. */
  readonly isEmpty?: boolean;
  /** A saved plan does not store it, because the plan does not show all of it. Absent: the stack has no image. */
  readonly earlier?: EarlierImages;
}

/** The facts that a saved plan stores. The account and the region are its own. */
export interface LookedUpFacts {
  readonly network: ExistingNetworkFacts | OwnNetworkFacts;
  readonly baseImage: {
    readonly id: string;
    /** The release in the image's name; the id for a custom base image. */
    readonly release: string;
    readonly architecture: Architecture;
    readonly rootDeviceName: string;
  };
  /** What the image that the servers run on instead was built from, if the stack file names one. */
  readonly usedImage?: ImageInputs;
  /** The ARNs of the application's secrets, by their references, and the keys of the account's own that encrypt them. */
  readonly secrets?: Readonly<Record<string, { readonly arn: string; readonly key?: string }>>;
  /** The VPC's default group, used for a load balancer without groups. */
  readonly defaultSecurityGroupId?: string;
  /** Of the role that the stack file names. */
  readonly instanceProfile?: string;
  readonly files: LocalFiles;
}

/** A VPC outside the stack, and the chosen subnets in it, one per zone. */
export interface ExistingNetworkFacts {
  readonly kind: "existing";
  readonly vpcId: string;
  readonly loadBalancerSubnets: readonly { readonly id: string; readonly zone: string }[];
  /** Of the servers and the builder. The builder uses the first. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
}

/** What the stack file leaves open of a network of the stack's own. What exists stays. */
export interface OwnNetworkFacts {
  readonly kind: "own";
  readonly cidr: string;
  /** In the order of their names. */
  readonly zones: readonly OwnZone[];
  /** The zone of a single NAT gateway. */
  readonly natZone: string;
}

/** The address ranges of one zone. */
export interface OwnZone {
  readonly zone: string;
  readonly publicRange: string;
  readonly privateRange: string;
}

/** The local files that the stack file names. */
export interface LocalFiles {
  /** OpenSSH format. Absent if the key does not exist yet and an apply will generate it. */
  readonly publicKey?: string;
  readonly application?: LocalSource;
  /** The folder of the image's playbook. */
  readonly playbook?: LocalDirectory;
}

/** The application's source file or directory, as it was read. */
export type LocalSource =
  | { readonly kind: "content"; readonly content: Uint8Array }
  /** A file that is too large for the build script. */
  | { readonly kind: "stored"; readonly sha256: string; readonly bytes: number }
  | LocalDirectory;

export interface LocalDirectory {
  readonly kind: "directory";
  readonly listing: DirectoryListing;
  /** Of each file, if the directory has room in the build script. */
  readonly contents?: readonly Uint8Array[];
}
