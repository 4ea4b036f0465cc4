import type { TemplateData } from "../../../src/resources/launch-template/data.ts";

/** The data of a version, in every field. */
export const templateData: TemplateData = {
  imageId: "ami-1",
  instanceType: "t3.micro",
  keyName: null,
  keyPairId: null,
  securityGroupIds: ["sg-1", "sg-2"],
  rootDeviceName: "/dev/xvda",
  metadata: { tokens: "required", hopLimit: 1 },
};
