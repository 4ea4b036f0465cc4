/**
 * A machine image of our own. Everything that goes into it is kept in its tags, so that a plan can
 * say what differs. A text too long for a tag is kept, and compared, as its digest.
 */
export interface ImageFields {
  /** `amazon-linux-2023`, `ubuntu-24.04`, `debian-12`. */
  readonly family: string;
  /** Id of the base image. */
  readonly base: string;
  /** The base image's release, which packages are brought to exactly. */
  readonly release: string;
  /** `all`, `security` or `none`. */
  readonly updates: string;
  /** Names, with spaces between. */
  readonly packages: string;
  /** Names, with spaces between. */
  readonly services: string;
  /** `enabled` or `disabled`. */
  readonly ipv6: string;
  readonly openFiles: string;
  /** Any canonical text of the files, contents included; empty where there are none. */
  readonly files: string;
  /** The user's commands, one a line. */
  readonly run: string;
  /** The user's checks, one a line. */
  readonly verify: string;
  /** Any canonical text of the application, its source included; empty where there is none. */
  readonly application: string;
  /** The whole build script, or its digest: whatever the other fields do not tell. */
  readonly script: string;
  /** The builder's user data, base64, at most 16 KB before it. Null on a live image. */
  readonly userData: string | null;
  /** Where and how the image is built. Null on a live image. */
  readonly builder: ImageBuilder | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** The instance that the image is made from, and its limits. */
export interface ImageBuilder {
  readonly instanceType: string;
  readonly vpcId: string;
  /** A subnet whose instances can reach the system's package repositories. */
  readonly subnetId: string;
  /** Of the base image: `/dev/xvda`. */
  readonly rootDeviceName: string;
  /** Seconds from launch to power-off. */
  readonly timeout: number;
}

export interface ImageOutputs {
  readonly id: string;
  readonly name: string;
  /** `/dev/xvda`. */
  readonly rootDeviceName: string;
}
