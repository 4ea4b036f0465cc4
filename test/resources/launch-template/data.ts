import type { RequestLaunchTemplateData, ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { TemplateData } from "../../../src/resources/launch-template/data.ts";

/** The fields that a version's data contains. */
type StoredFields = Omit<Required<TemplateData>, "keyPairId" | "unmanaged">;

interface Sample<V> {
  readonly value: V;
  readonly other: V;
  /** The value of a version whose data does not have the setting. */
  readonly unset: V;
  /** The value as AWS stores it. */
  readonly data: RequestLaunchTemplateData & ResponseLaunchTemplateData;
}

/** Every field that a version's data contains, with two values. A new field is written here, and in no test. */
const samples: { readonly [Name in keyof StoredFields]: Sample<StoredFields[Name]> } = {
  imageId: { value: "ami-1", other: "ami-2", unset: "", data: { ImageId: "ami-1" } },
  instanceType: {
    value: "t3.micro",
    other: "t3.small",
    unset: "",
    data: { InstanceType: "t3.micro" },
  },
  keyName: { value: "ops", other: "dev", unset: null, data: { KeyName: "ops" } },
  instanceProfile: {
    value: "web",
    other: null,
    unset: null,
    data: { IamInstanceProfile: { Name: "web" } },
  },
  securityGroupIds: {
    value: ["sg-1", "sg-2"],
    other: ["sg-1"],
    unset: [],
    data: { SecurityGroupIds: ["sg-1", "sg-2"] },
  },
  rootDeviceName: {
    value: "/dev/xvda",
    other: "/dev/sda1",
    unset: "",
    data: {
      BlockDeviceMappings: [
        {
          DeviceName: "/dev/xvda",
          // With the volume's type and key, which are fields of their own.
          Ebs: {
            Encrypted: true,
            VolumeType: "gp3",
            KmsKeyId: "alias/web",
            DeleteOnTermination: true,
          },
        },
      ],
    },
  },
  volumeType: { value: "gp3", other: "gp2", unset: "", data: {} },
  volumeKey: { value: "alias/web", other: null, unset: null, data: {} },
  metadata: {
    value: { tokens: "required", hopLimit: 2 },
    other: { tokens: "optional", hopLimit: 2 },
    unset: { tokens: "optional", hopLimit: 1 },
    data: {
      MetadataOptions: {
        HttpEndpoint: "enabled",
        HttpTokens: "required",
        HttpPutResponseHopLimit: 2,
      },
    },
  },
  monitoring: {
    value: true,
    other: false,
    unset: false,
    data: { Monitoring: { Enabled: true } },
  },
};

function each(part: "value" | "other" | "unset"): StoredFields {
  const values = Object.entries(samples).map(([name, sample]) => [name, sample[part]]);
  // The entries of `samples`, which the compiler does not follow through a list.
  return Object.fromEntries(values) as StoredFields;
}

/** The fields of a version, as `storedData` has them. */
export const storedFields = each("value");

/** Another value of each field. */
export const otherFields = each("other");

/** The fields of a version whose data is empty. */
export const unsetFields = each("unset");

/** The data of a version in AWS. */
export const storedData: Sample<unknown>["data"] = Object.assign(
  {},
  ...Object.values(samples).map(({ data }) => data),
);

/** The data of a version without a key pair, in every field. */
export const templateData: TemplateData = { ...storedFields, keyName: null, keyPairId: null };
